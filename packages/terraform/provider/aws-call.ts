import { randomUUID } from 'node:crypto';
import timers from 'node:timers/promises';
import { ConnectionReset } from '../../sandbox/aws/dispatch';
import type { Sandbox } from '../../sandbox/aws/sandbox';
import type { Credentials } from '../../sandbox/contract/credentials';
import { AwsError } from '../../sandbox/contract/service';
import { principalOf } from '../../sandbox/wire/authenticate';
import { modelOf } from '../../sandbox/wire/models';
import { carried } from '../../sandbox/wire/tree-values';

/** Calls one operation of one service of the simulated AWS, in the names and shapes of the SDK for JavaScript v3. */
export type AwsCall = (service: string, operation: string, input: object) => Promise<any>;

/** Calls one operation in a region, until the engine sends stop. */
export type ScopedCall = (scope: CallScope, ...call: Parameters<AwsCall>) => Promise<any>;

/** The simulated account that a provider works on. */
export type Account = Pick<Sandbox, 'call' | 'credentials' | 'clock'>;

/** An error in an answer, formatted as the SDK of the real provider formats it. */
export class AwsCallError extends Error {
  constructor(
    called: string,
    readonly code: string,
    readonly detail: string,
    readonly statusCode: number,
  ) {
    super(
      `operation error ${called}, https response error StatusCode: ${statusCode}, RequestID: ${randomUUID()}, ${code}: ${detail}`,
    );
    this.name = code;
  }
}

/** The real provider's maximum number of attempts. */
const MAX_ATTEMPTS = 25;
/** Waits between attempts are short here. After a throttled call they last until the rate allows the next one. */
const LONGEST_WAIT_MS = { throttled: 4_000, other: 100 } as const;
const THROTTLED =
  /^(Throttling|ThrottlingException|Throttled|ThrottledException|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/;
/** Errors of a role that was just made, on which the real provider retries for minutes. */
const ROLE_NOT_ARRIVED =
  /cannot be assumed by Lambda|must allow AWS EventBridge Scheduler to assume the role|Invalid principal in policy|does not have permissions to call/;
const ROLE_ATTEMPTS = 8;
/** Statuses on which the SDK retries. 501 is permanent. */
const TRANSIENT = new Set([500, 502, 503, 504]);

/** Global services, whose requests are signed for one region, regardless of the provider's region. */
const GLOBAL_REGIONS: Readonly<Record<string, string>> = { iam: 'us-east-1', route53: 'us-east-1' };

export interface AwsCallOptions {
  readonly account: Account;
  readonly credentials: Credentials;
  /** @default 25, as the provider's `max_retries` */
  readonly maxAttempts?: number;
}

export interface CallScope {
  readonly region: string;
  /** Aborts calls when the engine sends stop. */
  readonly signal?: AbortSignal;
}

/**
 * Calls an account of this process as the holder of the credentials, without encoding them for the wire, which tests
 * with the real provider's recorded requests and the SDKs cover. Like the real one, it retries on throttling, 5xx and
 * broken connections.
 */
export function awsCalls({ account, credentials, maxAttempts = MAX_ATTEMPTS }: AwsCallOptions): ScopedCall {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const callOnce = async (region: string, service: string, operation: string, input: object) => {
    const described = modelOf(service)?.operations.get(operation);
    if (!described) throw new Error(`the provider knows no ${service}:${operation}`);
    const who = { accessKeyId, sessionToken, region };
    const principal = principalOf({ ...who, secretAccessKey }, service, account.credentials, account.clock);
    const filled = withToken(input, described.input?.members.has('ClientToken'));
    const request = described.input ? carried(described.input, filled) : {};
    const output = await account.call(service, operation, request, { principal, region });
    return described.output ? carried(described.output, output) : {};
  };
  return async ({ region, signal }, service, operation, input) => {
    const called = `${modelOf(service)?.metadata.serviceId}: ${operation}`;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await untilAborted(
          signal,
          callOnce(GLOBAL_REGIONS[service] ?? region, service, operation, input),
        );
      } catch (error) {
        if (signal?.aborted) throw new Error(`operation error ${called}, canceled`);
        const failure = asCallError(called, error);
        if (attempt >= attemptsFor(failure, maxAttempts)) throw failure;
        await timers.setTimeout(pauseBefore(attempt, failure));
      }
    }
  };
}

/** Returns the pause before an attempt: exponential, and with jitter after throttling, as in the SDK. */
function pauseBefore(attempt: number, failure: unknown): number {
  if (!isThrottled(failure)) return Math.min(LONGEST_WAIT_MS.other, 5 * 2 ** attempt);
  return Math.min(LONGEST_WAIT_MS.throttled, 200 * 2 ** attempt) * (0.5 + Math.random() / 2);
}

const isThrottled = (error: unknown): boolean => error instanceof AwsCallError && THROTTLED.test(error.code);

const asCallError = (called: string, error: unknown): unknown =>
  error instanceof AwsError ? new AwsCallError(called, error.code, error.message, error.statusCode) : error;

/** Adds the token that makes a repeated request count once. */
const withToken = (input: { readonly ClientToken?: string }, takesOne = false) =>
  takesOne && !input.ClientToken ? { ...input, ClientToken: randomUUID() } : input;

/** Rejects at once if the signal is aborted, without waiting for the answer. */
function untilAborted<T>(signal: AbortSignal | undefined, call: Promise<T>): Promise<T> {
  if (!signal) return call;
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    call.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

function attemptsFor(error: unknown, most: number): number {
  if (error instanceof ConnectionReset) return most;
  if (!(error instanceof AwsCallError)) return 1;
  if (ROLE_NOT_ARRIVED.test(error.detail)) return Math.min(ROLE_ATTEMPTS, most);
  return TRANSIENT.has(error.statusCode) || isThrottled(error) ? most : 1;
}

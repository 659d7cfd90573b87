import timers from 'node:timers/promises';
import type { Credentials } from '../aws/credentials';
import type { Model } from '../wire/model';
import { modelOf } from '../wire/models';
import { httpSender } from './client/http';
import { requestOf } from './client/request';
import { type AwsResponse, EndpointError, errorOf, outputOf } from './client/response';
import { sign } from './client/sign';

/** Calls one operation of one service of the simulated AWS, in the names and shapes of the SDK for JavaScript v3. */
export type AwsCall = (service: string, operation: string, input: object) => Promise<any>;

/** An answer that is an error, written as the SDK that the real provider uses writes it. */
export class AwsCallError extends Error {
  constructor(
    service: string,
    operation: string,
    readonly code: string,
    readonly detail: string,
    readonly statusCode: number,
    requestId = '',
  ) {
    super(
      `operation error ${service}: ${operation}, https response error StatusCode: ${statusCode}, ` +
        `RequestID: ${requestId}, ${code}: ${detail}`,
    );
    this.name = code;
  }
}

/** Attempts of the real provider, at most. Waits between them are short here. */
const MAX_ATTEMPTS = 25;
const LONGEST_WAIT_MS = 100;
const THROTTLED =
  /^(Throttling|ThrottlingException|Throttled|ThrottledException|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/;
/** A role that was just made: the provider asks again for minutes. */
const ROLE_NOT_ARRIVED =
  /cannot be assumed by Lambda|must allow AWS EventBridge Scheduler to assume the role|Invalid principal in policy|does not have permissions to call/;
const ROLE_ATTEMPTS = 8;
/** What the SDK tries again; 501 does not go away. */
const TRANSIENT = new Set([500, 502, 503, 504]);

/** Services of the whole account: their requests are signed for one region, wherever the provider works. */
const GLOBAL_REGIONS: Readonly<Record<string, string>> = { iam: 'us-east-1', route53: 'us-east-1' };

export interface AwsCallOptions {
  /** Where the sandbox listens, e.g. `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  readonly credentials: Credentials;
  /** @default 25, as the provider's `max_retries` */
  readonly maxAttempts?: number;
}

export interface CallScope {
  readonly region: string;
  /** Breaks calls off: the engine was told to stop. */
  readonly signal?: AbortSignal;
}

/** The way from the provider to AWS: signed requests. Retries like the real one: throttling, 5xx and broken connections. */
export function awsCalls({ endpoint, credentials, maxAttempts = MAX_ATTEMPTS }: AwsCallOptions) {
  const sender = httpSender(endpoint);
  const call = async (
    { region, signal }: CallScope,
    service: string,
    operation: string,
    input: object,
  ): Promise<any> => {
    const model = modelOf(service);
    const described = model?.operations.get(operation);
    if (!model || !described) throw new Error(`the provider knows no ${service}:${operation}`);
    const request = requestOf(model, described, input);
    const scope = { region: GLOBAL_REGIONS[service] ?? region, service: model.signingName };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await sender.send(sign(request, scope, credentials), signal);
        if (response.statusCode < 300) return outputOf(model, described, response);
        throw failure(model, operation, response);
      } catch (error) {
        if (signal?.aborted)
          throw new Error(`operation error ${model.metadata.serviceId}: ${operation}, canceled`);
        if (attempt >= attemptsFor(error, maxAttempts)) throw error;
      }
      await timers.setTimeout(Math.min(LONGEST_WAIT_MS, 5 * 2 ** attempt));
    }
  };
  return { call, close: sender.close };
}

function failure(model: Model, operation: string, response: AwsResponse): AwsCallError {
  const { code, message } = errorOf(model, response);
  const requestId = response.headers['x-amzn-requestid'] ?? response.headers['x-amz-request-id'];
  return new AwsCallError(model.metadata.serviceId, operation, code, message, response.statusCode, requestId);
}

function attemptsFor(error: unknown, most: number): number {
  if (!(error instanceof AwsCallError)) return error instanceof EndpointError ? 1 : most;
  if (ROLE_NOT_ARRIVED.test(error.detail)) return Math.min(ROLE_ATTEMPTS, most);
  return TRANSIENT.has(error.statusCode) || THROTTLED.test(error.code) ? most : 1;
}

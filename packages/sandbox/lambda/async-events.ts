import type { SandboxCore } from '../contract/core';
import { sessionOf } from './function-record';
import type { Functions } from './functions';
import type { Invoker } from './invoker';
import type { InvocationRequest } from './messages';
import type { InvocationOutcome } from './outcome';

const DEFAULT_RETRIES = 2;
const DEFAULT_AGE_SECONDS = 6 * 60 * 60;
/** Lambda waits a minute before the first retry, two before the second. */
const RETRY_DELAYS_MS = [60_000, 120_000];

/** Lambda's queue of asynchronous invocations: retries after errors, and reports the end to a destination. */
export class AsyncEvents {
  private readonly attempts = new Map<string, Promise<void>>();
  private closed = false;

  constructor(
    private readonly core: SandboxCore,
    private readonly functions: Functions,
    private readonly invoker: Invoker,
  ) {}

  /** Accepts an event. Its first attempt begins at once. */
  accept(event: InvocationRequest): void {
    void this.attempt({ event, acceptedAt: this.core.clock.now(), tries: 0 });
  }

  /** Starts no further attempts, and drops the outcome of those that still run. */
  close(): void {
    this.closed = true;
  }

  /** Resolves when the current attempt of that event, if any, has ended. It does not wait for later retries. */
  async settled(requestId: string): Promise<void> {
    await this.attempts.get(requestId);
  }

  /** Resolves when no attempt runs. */
  async idle(): Promise<void> {
    while (this.attempts.size > 0) await Promise.all(this.attempts.values());
  }

  private async attempt(queued: Queued): Promise<void> {
    const { requestId } = queued.event;
    const attempt = this.tryOnce(queued);
    this.attempts.set(requestId, attempt);
    await attempt;
    if (this.attempts.get(requestId) === attempt) this.attempts.delete(requestId);
  }

  private async tryOnce({ event, acceptedAt, tries }: Queued): Promise<void> {
    const { clock } = this.core;
    const fn = this.functions.find(event.functionArn);
    const outcome = fn && !this.closed ? await this.invoker.run(fn, event) : undefined;
    if (!outcome || this.closed) return;
    const [qualifier = '$LATEST'] = event.functionArn.split(':').slice(7);
    const config = this.functions.find(event.functionArn)?.eventInvokeConfigs.get(qualifier);
    const tell = (condition: Condition, destination: string | undefined) =>
      this.deliver(
        event,
        destination,
        destinationRecord({ event, outcome, condition, invokeCount: tries + 1, now: clock.now() }),
      );
    if (!outcome.functionError) return tell('Success', config?.DestinationConfig.OnSuccess.Destination);
    const onFailure = config?.DestinationConfig.OnFailure.Destination;
    const retryAt = clock.now() + (RETRY_DELAYS_MS[tries] ?? 0);
    const expiresAt = acceptedAt + (config?.MaximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS) * 1000;
    if (tries >= (config?.MaximumRetryAttempts ?? DEFAULT_RETRIES))
      return tell('RetriesExhausted', onFailure);
    if (retryAt > expiresAt) return tell('EventAgeExceeded', onFailure);
    clock.schedule(retryAt, () => this.attempt({ event, acceptedAt, tries: tries + 1 }));
  }

  /**
   * Reports the end of an event to a destination. Lambda does so in the function's role: without `sns:Publish` nothing
   * arrives, and no destination is notified.
   */
  private async deliver(
    event: InvocationRequest,
    TopicArn: string | undefined,
    record: object,
  ): Promise<void> {
    const fn = this.functions.find(event.functionArn);
    if (!fn || !TopicArn) return;
    const input = { TopicArn, Message: JSON.stringify(record) };
    const caller = { principal: sessionOf(fn), region: TopicArn.split(':')[3] };
    await this.core.call('sns', 'Publish', input, caller).catch(() => {});
  }
}

interface Queued {
  readonly event: InvocationRequest;
  readonly acceptedAt: number;
  /** Number of attempts so far. */
  readonly tries: number;
}

type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';

/** Makes the record of an asynchronous invocation that Lambda sends to a destination. */
function destinationRecord(ended: {
  readonly event: InvocationRequest;
  readonly outcome: InvocationOutcome;
  readonly condition: Condition;
  readonly invokeCount: number;
  readonly now: number;
}) {
  const { event, outcome, condition, invokeCount, now } = ended;
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: /:function:[^:]+:/.test(event.functionArn)
        ? event.functionArn
        : `${event.functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: invokeCount,
    },
    requestPayload: JSON.parse(event.payload),
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      ...(outcome.functionError ? { functionError: outcome.functionError } : {}),
    },
    responsePayload: JSON.parse(outcome.payload),
  };
}

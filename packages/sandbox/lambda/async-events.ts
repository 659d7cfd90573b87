import { type AsyncEvent, destinationRecord } from './destination';
import type { EventInvokeConfig } from './function-record';
import type { InvocationOutcome } from './outcome';

const DEFAULT_RETRIES = 2;
const DEFAULT_AGE_SECONDS = 6 * 60 * 60;
/** Lambda backs off from a second to five minutes. */
const THROTTLED_RETRY_MS = 1000;
/** Lambda waits a minute before the first retry, two before the second. */
const RETRY_DELAYS_MS = [60_000, 120_000];

export interface AsyncEventsParts {
  now(): number;
  /** Runs at that time of the sandbox; an advance of the clock waits for it. */
  schedule(at: number, run: () => Promise<void>): void;
  /** Undefined when the function is gone. */
  configOf(functionArn: string): EventInvokeConfig | undefined;
  /** Whether its reserved concurrency is used up. */
  isFull(functionArn: string): boolean;
  /** Runs the function once. Undefined when it is gone. */
  invoke(event: AsyncEvent): Promise<InvocationOutcome | undefined>;
  deliver(functionArn: string, destination: string, record: unknown): Promise<void>;
}

/** Lambda's queue of asynchronous invocations: tries again after errors, and tells a destination how it ended. */
export class AsyncEvents {
  private readonly attempts = new Map<string, Promise<void>>();

  constructor(private readonly parts: AsyncEventsParts) {}

  /** Takes an event; its first attempt begins at once. */
  accept(event: AsyncEvent): void {
    void this.attempt({ event, acceptedAt: this.parts.now(), tries: 0 });
  }

  /** Resolves when the attempt of that event that runs now, if any, has ended. Later retries are not waited for. */
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
    const { parts } = this;
    if (parts.isFull(event.functionArn)) {
      // Throttles count as no attempt; the event waits in the queue.
      if (parts.now() - acceptedAt < DEFAULT_AGE_SECONDS * 1000) {
        parts.schedule(parts.now() + THROTTLED_RETRY_MS, () => this.attempt({ event, acceptedAt, tries }));
      }
      return;
    }
    const outcome = await parts.invoke(event);
    if (!outcome) return;
    const config = parts.configOf(event.functionArn);
    const ended = { event, outcome, invokeCount: tries + 1, now: parts.now() };
    if (!outcome.functionError) {
      await this.deliver(config?.DestinationConfig.OnSuccess.Destination, { ...ended, condition: 'Success' });
      return;
    }
    const onFailure = config?.DestinationConfig.OnFailure.Destination;
    const retryAt = parts.now() + (RETRY_DELAYS_MS[tries] ?? 0);
    const expiresAt = acceptedAt + (config?.MaximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS) * 1000;
    if (tries >= (config?.MaximumRetryAttempts ?? DEFAULT_RETRIES)) {
      await this.deliver(onFailure, { ...ended, condition: 'RetriesExhausted' });
    } else if (retryAt > expiresAt) {
      await this.deliver(onFailure, { ...ended, condition: 'EventAgeExceeded' });
    } else {
      parts.schedule(retryAt, () => this.attempt({ event, acceptedAt, tries: tries + 1 }));
    }
  }

  private async deliver(destination: string | undefined, ended: Parameters<typeof destinationRecord>[0]) {
    if (!destination) return;
    await this.parts.deliver(ended.event.functionArn, destination, destinationRecord(ended));
  }
}

interface Queued {
  readonly event: AsyncEvent;
  readonly acceptedAt: number;
  /** Attempts made so far. */
  readonly tries: number;
}

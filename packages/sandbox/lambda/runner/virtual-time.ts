import timers from 'node:timers/promises';

const RealDate = Date;
const realNow = Date.now;
const realSleep = timers.setTimeout;

/** Called when an invocation's virtual time is up, although its real time is not. */
export type OutOfTime = () => void;

/**
 * The function's time: the machine's time, plus the advances of the sandbox's clock, plus the parts of its sleeps that
 * this invocation has skipped. `Date` and `timers/promises` follow it; the global timers stay real, since deadlines of
 * sockets use them.
 */
export class VirtualTime {
  private clockOffsetMs = 0;
  private skippedMs = 0;
  private startedAt = realNow();
  private timeoutMs = Number.POSITIVE_INFINITY;
  private readonly sleepers = new Set<{ readonly until: number; wake(): void }>();

  constructor(
    private readonly sleepFactor: number,
    private readonly outOfTime: OutOfTime,
  ) {}

  now(): number {
    return realNow() + this.clockOffsetMs + this.skippedMs;
  }

  /** Starts each invocation at the sandbox's time, without the skipped time of earlier ones. */
  beginInvocation(clockOffsetMs: number, timeoutMs: number): void {
    this.clockOffsetMs = clockOffsetMs;
    this.skippedMs = 0;
    this.startedAt = realNow();
    this.timeoutMs = timeoutMs;
  }

  /** Wakes each sleeper whose time has come. */
  setClock(clockOffsetMs: number): void {
    this.clockOffsetMs = clockOffsetMs;
    for (const sleeper of [...this.sleepers]) if (sleeper.until <= this.now()) sleeper.wake();
  }

  /** Counts sleeps at their full length, and ignores advances of the sandbox's clock. Never below 0. */
  remainingMs(): number {
    return Math.max(0, this.timeoutMs - (realNow() - this.startedAt) - this.skippedMs);
  }

  /** Sleeps as `timers/promises.setTimeout` does, but shorter. */
  async sleep<T>(ms = 1, value?: T, options: SleepOptions = {}): Promise<T> {
    const until = this.now() + ms;
    const inTime = this.sleepFactor === 1 || ms <= this.remainingMs();
    const woken = new AbortController();
    const sleeper = { until, wake: () => woken.abort() };
    const signal = options.signal ? AbortSignal.any([options.signal, woken.signal]) : woken.signal;
    this.sleepers.add(sleeper);
    try {
      const realMs = (inTime ? ms : this.remainingMs()) * this.sleepFactor;
      await realSleep(realMs, undefined, { ...options, signal });
    } catch (error) {
      if (!woken.signal.aborted || options.signal?.aborted) throw error;
    } finally {
      this.sleepers.delete(sleeper);
    }
    if (!inTime && !woken.signal.aborted) {
      this.outOfTime();
      return new Promise<T>(() => {});
    }
    this.skippedMs += Math.max(0, until - this.now());
    return value as T;
  }

  /** Replaces `Date` and `timers/promises` of this process with versions that follow this time. */
  install(): void {
    const now = () => Math.floor(this.now());
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, args, newTarget) =>
        Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
      // Without `new`, Date returns text.
      apply: () => new RealDate(now()).toString(),
    });
    Date.now = now;
    timers.setTimeout = ((ms, value, options) => this.sleep(ms, value, options)) as typeof timers.setTimeout;
  }
}

interface SleepOptions {
  readonly signal?: AbortSignal;
  readonly ref?: boolean;
}

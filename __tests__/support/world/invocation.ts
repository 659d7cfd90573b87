import type { LimitingClock } from '../../../handlers/clock';
import type { VirtualClock } from './virtual-clock';

/** The function's process was stopped: by a fault, or because its time was up. */
export class InvocationEnded extends Error {
  constructor(readonly reason: 'killed' | 'timed out') {
    super(`The invocation was ${reason}`);
    this.name = 'InvocationEnded';
  }
}

const never = <T>(): Promise<T> => new Promise(() => {});

/** One run of the function. It can end at any point, and its next step then never happens. */
export class Invocation {
  readonly clock: LimitingClock;
  private readonly deadline: number;
  private readonly ended = new AbortController();

  constructor(
    private readonly time: VirtualClock,
    readonly number: number,
    timeoutSeconds: number,
    /** By how much its machine's clock is wrong. */
    skewMs = 0,
  ) {
    this.deadline = time.now() + timeoutSeconds * 1000;
    const sleep: LimitingClock['sleep'] = async (ms, signal) => {
      const { signal: ended } = this.ended;
      await time.sleep(ms, signal ? AbortSignal.any([ended, signal]) : ended).catch((reason: unknown) => {
        if (ended.aborted) return never();
        throw reason;
      });
    };
    this.clock = { now: () => time.now() + skewMs, sleep, limit: sleep };
  }

  remainingMs(): number {
    return Math.max(0, this.deadline - this.time.now());
  }

  /** Never resolves once the invocation has ended. */
  whileAlive(): Promise<void> {
    return this.ended.signal.aborted ? never() : Promise.resolve();
  }

  kill(reason: InvocationEnded['reason']): void {
    this.ended.abort(new InvocationEnded(reason));
  }

  /** @throws InvocationEnded when it is killed, or when its time is up. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.ended;
    const done = new AbortController();
    const end = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    this.time.sleep(this.remainingMs(), done.signal).then(
      () => this.kill('timed out'),
      () => undefined,
    );
    try {
      return await Promise.race([work(), end]);
    } finally {
      // With a reason of its own: the one that is made otherwise takes a stack trace each time.
      done.abort('ended');
    }
  }
}

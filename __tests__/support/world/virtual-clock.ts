import type { Clock } from '../../../handlers/clock';

interface Timer {
  readonly at: number;
  readonly order: number;
  wake(): void;
}

/**
 * Time that passes only while everybody waits for it. When nothing is left to do but to sleep, the clock jumps to the
 * earliest waking: hours take no time, and the order of events is the same in every run.
 */
export class VirtualClock implements Clock {
  private timers: Timer[] = [];
  private order = 0;
  private pumping = false;
  private held = 0;

  constructor(private time: number) {}

  now(): number {
    return this.time;
  }

  /** Lets time pass without anybody sleeping; whoever is due wakes. */
  async advance(ms: number): Promise<void> {
    await this.sleep(ms);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer: Timer = {
        at: this.time + Math.max(0, ms),
        order: this.order++,
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = () => {
        this.timers = this.timers.filter((other) => other !== timer);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.timers.push(timer);
      this.pump();
    });
  }

  /** Stops time while real work (a key being made on another thread) is running. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.held += 1;
    try {
      return await work;
    } finally {
      this.held -= 1;
      this.pump();
    }
  }

  /** An immediate runs after all that can go on without waiting has gone on. */
  private pump(): void {
    if (this.pumping || this.held > 0 || this.timers.length === 0) return;
    this.pumping = true;
    setImmediate(() => {
      this.pumping = false;
      if (this.held > 0) return;
      const [next] = this.timers.sort((a, b) => a.at - b.at || a.order - b.order);
      if (next === undefined) return;
      this.timers = this.timers.filter((other) => other !== next);
      this.time = Math.max(this.time, next.at);
      next.wake();
      this.pump();
    });
  }
}

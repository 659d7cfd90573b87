import { mapConcurrently } from '../concurrency';
import type { Sink } from '../world';

const ERASE_LINE = '\r\u001b[2K';

/** One line on a terminal that is written over and over, and gone at the end. Silent elsewhere. */
export class Progress {
  private isVisible = false;

  constructor(
    private readonly sink: Sink,
    private readonly now: () => number,
  ) {}

  show(text: string): void {
    if (!this.sink.isTerminal) return;
    const width = (this.sink.columns ?? 80) - 1;
    this.sink.write(`${ERASE_LINE}${text.length > width ? `${text.slice(0, width - 1)}…` : text}`);
    this.isVisible = true;
  }

  clear(): void {
    if (this.isVisible) this.sink.write(ERASE_LINE);
    this.isVisible = false;
  }

  /** Maps with at most `limit` at work at once, and shows how many are done. */
  map<T, R>(text: string, items: readonly T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> {
    this.show(`${text}…`);
    return mapConcurrently(items, limit, work, (done) => this.show(`${text}… ${done} done`));
  }

  /** Shows how long something takes, second by second, until it has ended. */
  async during<T>(text: string, work: Promise<T>): Promise<T> {
    if (!this.sink.isTerminal) return work;
    const startedAt = this.now();
    this.show(`${text}…`);
    const timer = setInterval(
      () => this.show(`${text}… ${Math.round((this.now() - startedAt) / 1000)} s`),
      1000,
    );
    try {
      return await work;
    } finally {
      clearInterval(timer);
      this.clear();
    }
  }
}

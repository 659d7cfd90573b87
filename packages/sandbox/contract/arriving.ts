import type { SandboxClock } from './service';

/**
 * How long a change of roles, their policies or identities' tags takes until it has effect, by the sandbox's clock.
 */
export interface Arrival {
  delayMs: number;
}

/** Shows a value as it was set, but applies it to authorization only once it has arrived, as AWS does. */
export class Arriving<T> {
  /** When the values arrive. The first one has arrived. */
  private changes: readonly { readonly at: number; readonly value: T }[];

  /** @param before the value that applies until the first change has arrived */
  constructor(
    private readonly clock: SandboxClock,
    private readonly arrival: Arrival,
    before: T,
  ) {
    this.changes = [{ at: Number.NEGATIVE_INFINITY, value: before }];
  }

  get shown(): T {
    return this.changes.at(-1)!.value;
  }

  get arrived(): T {
    const now = this.clock.now();
    return this.changes.findLast(({ at }) => at <= now)!.value;
  }

  /**
   * The current delay applies to a new change. An earlier change that is still on its way arrives no later than this
   * one.
   */
  set(value: T): void {
    const at = this.clock.now() + this.arrival.delayMs;
    this.changes = [...this.changes.filter((change) => change.at < at), { at, value }];
  }
}

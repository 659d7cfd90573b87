import type { SandboxClock } from './service';

/** How long a change of roles, their policies and identities' tags takes until it counts, by the sandbox's clock. */
export interface Arrival {
  delayMs: number;
}

/** Shows a value as it was set, but counts it for authorisation only once it has arrived, as AWS does. */
export class Arriving<T> {
  /** By when they count; the first one has arrived. */
  private changes: readonly { readonly at: number; readonly value: T }[];

  /** @param before what counts until the first change has arrived */
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

  /** The delay is that of now; what is still on its way arrives no later than what came after it. */
  set(value: T): void {
    const at = this.clock.now() + this.arrival.delayMs;
    this.changes = [...this.changes.filter((change) => change.at < at), { at, value }];
  }
}

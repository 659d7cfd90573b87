import type { Stack } from '../handlers/transaction/support';

/** What Terraform has in its state for one attempt. */
interface Placed {
  readonly transaction: string;
  readonly selector: string;
  /** A newer object has taken its place, and it has not been deleted yet. */
  readonly deposed?: true;
}

type Kind = 'DnsGate' | 'Signing' | 'Confirmation';

/** Newest last. */
interface State {
  attempt: { transaction: string; selector: string; token: string } | null;
  DnsGate: readonly Placed[];
  Signing: readonly Placed[];
  Confirmation: readonly Placed[];
}

/** Where an apply ended. */
export type Stage =
  | 'plan'
  | 'nothing to do'
  | 'gate'
  | 'signing'
  | 'other'
  | 'confirmation'
  | 'deletes'
  | 'done';

export interface ApplyOptions {
  readonly selector: string;
  /** Another resource of the stack fails, after `Signing`. */
  readonly otherFails?: boolean;
  /** `-replace` of these alone; with an `Attempt` all others are replaced as well. */
  readonly replaced?: readonly (Kind | 'Attempt')[];
  /** In which order older objects of one resource are deleted. */
  readonly newestFirst?: boolean;
  readonly fields?: Record<string, unknown>;
}

/**
 * The engine, as far as it matters: create before destroy, nothing rolled back, failed creates not in the state. Thousands
 * of applies need something faster than the real one, which the tests in e2e/ hold to the same orders.
 */
export class Terraform {
  state: State = { attempt: null, DnsGate: [], Signing: [], Confirmation: [] };
  /** What the last call failed with. */
  failure: unknown;

  constructor(
    readonly stack: Stack,
    /** Of the names of its transactions. */
    private readonly prefix = 't',
    private readonly ids = { attempts: 0 },
  ) {}

  /** Starts another run from the state as it is now. Without a state lock, the run that ends last writes the state. */
  fork(): Terraform {
    const other = new Terraform(this.stack, this.prefix, this.ids);
    other.state = { ...this.state };
    return other;
  }

  /** Whether a plan would show nothing. */
  async isInSync(selector: string): Promise<boolean> {
    const token = await this.stack.token(selector);
    const { attempt } = this.state;
    return attempt?.selector === selector && attempt.token === token && this.isWhole();
  }

  async apply({
    selector,
    otherFails,
    replaced = [],
    newestFirst,
    fields = {},
  }: ApplyOptions): Promise<Stage> {
    const { state } = this;
    const token = await this.attemptTo(() => this.stack.token(selector));
    if (token === null) return 'plan';
    const isReplaced = replaced.includes('Attempt');
    if (state.attempt?.selector !== selector || state.attempt.token !== token || isReplaced) {
      this.ids.attempts += 1;
      state.attempt = { transaction: `${this.prefix}${this.ids.attempts}`, selector, token };
    }
    const { transaction } = state.attempt;
    if (this.isWhole() && replaced.length === 0) return 'nothing to do';
    const input = { ...fields, driftToken: state.attempt.token };
    const create = async (kind: Kind): Promise<boolean> => {
      if (this.has(kind) && !replaced.includes(kind)) return true;
      const made = await this.attemptTo(() => this.stack.create(kind, transaction, selector, input));
      if (made === null) return false;
      state[kind] = [
        ...state[kind].map((placed) => ({ ...placed, deposed: true as const })),
        { transaction, selector },
      ];
      return true;
    };
    if (!(await create('DnsGate'))) return 'gate';
    if (!(await create('Signing'))) return 'signing';
    if (otherFails) return 'other';
    if (!(await create('Confirmation'))) return 'confirmation';
    return (await this.remove(({ deposed }) => deposed === true, newestFirst)) ? 'done' : 'deletes';
  }

  /** `false`: it failed in the middle. */
  async destroy(newestFirst = false): Promise<boolean> {
    if (!(await this.remove(() => true, newestFirst))) return false;
    this.state.attempt = null;
    return true;
  }

  private has(kind: Kind): boolean {
    return this.state[kind].at(-1)?.transaction === this.state.attempt?.transaction;
  }

  private isWhole(): boolean {
    return KINDS.every((kind) => this.has(kind) && this.state[kind].length === 1);
  }

  private async remove(isGone: (placed: Placed) => boolean, newestFirst = false): Promise<boolean> {
    for (const kind of KINDS) {
      const gone = this.state[kind].filter(isGone);
      for (const placed of newestFirst ? gone.reverse() : gone) {
        const { transaction, selector } = placed;
        if ((await this.attemptTo(() => this.stack.delete(kind, transaction, selector, {}))) === null)
          return false;
        this.state[kind] = this.state[kind].filter((other) => other !== placed);
      }
    }
    return true;
  }

  /** `null`: it failed. */
  private async attemptTo<T>(call: () => Promise<T>): Promise<T | null> {
    try {
      return await call();
    } catch (error) {
      this.failure = error;
      return null;
    }
  }
}

/** In the order of a destroy. */
const KINDS: readonly Kind[] = ['Confirmation', 'Signing', 'DnsGate'];

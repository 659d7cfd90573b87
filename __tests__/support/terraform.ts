import type { Stack } from '../handlers/transaction/support';

/** The objects of a stack that invoke the function, in the order of an apply. */
export type Kind = 'DnsGate' | 'Baseline' | 'Signing' | 'Confirmation';

/** What Terraform has in its state of one stack. */
interface State {
  attempt: { transaction: string; selector: string; token: string; rotation: string } | null;
  /** The attempt that each was created for; `Signing` and `Confirmation` with the id of their `Baseline`. */
  made: Readonly<Partial<Record<Exclude<Kind, 'Baseline'>, string>>>;
  /** Ids; newest last. All but the last are deposed: a newer one has taken their place. */
  baselines: readonly string[];
}

/** Where an apply ended. */
export type Stage =
  | 'plan'
  | 'nothing to do'
  | 'gate'
  | 'baseline'
  | 'signing'
  | 'other'
  | 'confirmation'
  | 'deletes'
  | 'done';

export interface ApplyOptions {
  readonly selector: string;
  /** Another resource of the stack fails, after `Signing`. */
  readonly otherFails?: boolean;
  /** `-replace` of these; with an `Attempt` or a `Baseline` whatever carries its id is replaced as well. */
  readonly replaced?: readonly (Kind | 'Attempt')[];
  /** In which order deposed objects are deleted. */
  readonly newestFirst?: boolean;
  readonly fields?: Record<string, unknown>;
}

/**
 * The engine, as far as it matters: create before destroy, nothing rolled back, failed creates not in the state, no call for
 * an object that is `CREATE_ONLY` and goes. Thousands of applies need something faster than the real one, which the tests
 * in e2e/ hold to the same orders.
 */
export class Terraform {
  state: State = { attempt: null, made: {}, baselines: [] };
  /** What the last call failed with. */
  failure: unknown;

  constructor(
    readonly stack: Stack,
    private readonly ids = { attempts: 0, baselines: 0 },
    /** Of all ids: another state of the same domain has another one. */
    private readonly prefix = '',
  ) {}

  /** Starts another run from the state as it is now. Without a state lock, the run that ends last writes the state. */
  fork(): Terraform {
    const other = new Terraform(this.stack, this.ids, this.prefix);
    other.state = { ...this.state };
    return other;
  }

  /** Whether its state has anything of the stack. */
  get hasState(): boolean {
    return this.state.attempt !== null || this.state.baselines.length > 0;
  }

  /** Whether another run is of the same state. */
  isOf({ prefix }: Terraform): boolean {
    return this.prefix === prefix;
  }

  /** Whether a `Baseline` of this id is one of its state. */
  hasMade(id: string): boolean {
    return id.startsWith(`${this.prefix}.`);
  }

  /** Whether a plan would show nothing. */
  async isInSync(selector: string): Promise<boolean> {
    const token = await this.stack.token(selector);
    return this.isAttempted(selector, token) && this.isWhole();
  }

  async apply({ selector, otherFails, replaced = [], newestFirst, fields }: ApplyOptions): Promise<Stage> {
    const { state } = this;
    const token = await this.attemptTo(() => this.stack.token(selector));
    if (token === null) return 'plan';
    const isReplaced = replaced.includes('Attempt');
    if (!this.isAttempted(selector, token) || isReplaced) {
      this.ids.attempts += 1;
      const { rotation } = this.stack;
      state.attempt = { transaction: `${this.prefix}t${this.ids.attempts}`, selector, token, rotation };
    }
    if (this.isWhole() && replaced.length === 0) return 'nothing to do';
    const create = async (kind: Exclude<Kind, 'Baseline'>): Promise<boolean> => {
      if (this.has(kind) && !replaced.includes(kind)) return true;
      const { transaction } = state.attempt!;
      const stack = kind === 'DnsGate' ? {} : { stack: state.baselines.at(-1)! };
      const input = { ...fields, ...stack, driftToken: state.attempt!.token };
      const made = await this.attemptTo(() => this.stack.create(kind, transaction, selector, input));
      if (made !== null) state.made = { ...state.made, [kind]: this.idOf(kind) };
      return made !== null;
    };
    if (!(await create('DnsGate'))) return 'gate';
    if (state.baselines.length === 0 || replaced.includes('Baseline')) {
      this.ids.baselines += 1;
      const id = `${this.prefix}.B${this.ids.baselines}`;
      if ((await this.attemptTo(() => this.stack.claim(id))) === null) return 'baseline';
      state.baselines = [...state.baselines, id];
    }
    if (!(await create('Signing'))) return 'signing';
    if (otherFails) return 'other';
    if (!(await create('Confirmation'))) return 'confirmation';
    return (await this.remove(state.baselines.slice(0, -1), newestFirst)) ? 'done' : 'deletes';
  }

  /** `false`: it failed in the middle. */
  async destroy(newestFirst = false): Promise<boolean> {
    const { DnsGate } = this.state.made;
    this.state.made = DnsGate === undefined ? {} : { DnsGate };
    if (!(await this.remove(this.state.baselines, newestFirst))) return false;
    this.state.made = {};
    this.state.attempt = null;
    return true;
  }

  /** Whether the triggers of the `Attempt` are as they were. */
  private isAttempted(selector: string, token: string): boolean {
    const { attempt } = this.state;
    return (
      attempt?.selector === selector && attempt.token === token && attempt.rotation === this.stack.rotation
    );
  }

  /** What an object's triggers hold: another value replaces it. */
  private idOf(kind: Exclude<Kind, 'Baseline'>): string {
    const { attempt, baselines } = this.state;
    return kind === 'DnsGate' ? attempt!.transaction : `${attempt!.transaction} ${baselines.at(-1)}`;
  }

  private has(kind: Exclude<Kind, 'Baseline'>): boolean {
    return this.state.attempt !== null && this.state.made[kind] === this.idOf(kind);
  }

  private isWhole(): boolean {
    return (
      this.state.baselines.length === 1 &&
      (['DnsGate', 'Signing', 'Confirmation'] as const).every((kind) => this.has(kind))
    );
  }

  private async remove(ids: readonly string[], newestFirst = false): Promise<boolean> {
    for (const id of newestFirst ? [...ids].reverse() : ids) {
      if ((await this.attemptTo(() => this.stack.destroy(id, { deletesIdentity: true }))) === null)
        return false;
      this.state.baselines = this.state.baselines.filter((other) => other !== id);
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

import type { Stack } from '../support';

/** A resource that Terraform has in its state: the attempt it was made for. */
interface Placed {
  readonly transaction: string;
  readonly selector: string;
  /** A newer object has taken its place, and it has not been deleted yet. */
  readonly deposed?: true;
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
  /** The provider loses the answer of `Signing`, and invokes again. */
  readonly retried?: boolean;
  /** `-replace` of `Signing` alone. */
  readonly replaced?: boolean;
  /** In which order the older `Signing`s are deleted. */
  readonly newestFirst?: boolean;
  readonly fields?: Record<string, unknown>;
}

/**
 * The engine, as far as it matters: create before destroy, nothing rolled back, failed creates not in the state. Thousands
 * of applies need something faster than the real one, which the tests in e2e/ hold to the same orders.
 */
export class Terraform {
  attempt: { transaction: string; selector: string; token: string } | null = null;
  /** Newest last. */
  signings: Placed[] = [];
  confirmations: Placed[] = [];
  /** How often `Signing` of the current attempt was created: its deletes may be one fewer. */
  creates = 0;
  /** What the last call failed with. */
  failure: unknown;
  private attempts = 0;
  private gate?: string;

  /**
   * @param asksGate whether its stack has a `DnsGate`
   * @param prefix of the names of its transactions
   */
  constructor(
    readonly stack: Stack,
    private readonly asksGate = false,
    private readonly prefix = 't',
  ) {}

  /** Whether a plan would show nothing. */
  async isInSync(selector: string): Promise<boolean> {
    const token = await this.stack.token(selector);
    const { attempt } = this;
    const isCurrent = attempt?.selector === selector && attempt.token === token;
    return isCurrent && this.signings.length === 1 && this.has(this.signings) && this.has(this.confirmations);
  }

  async apply({
    selector,
    otherFails,
    retried,
    replaced = false,
    newestFirst,
    fields = {},
  }: ApplyOptions): Promise<Stage> {
    const token = await this.attemptTo(() => this.stack.token(selector));
    if (token === null) return 'plan';
    if (this.attempt?.selector !== selector || this.attempt.token !== token) {
      this.attempts += 1;
      this.creates = 0;
      this.attempt = { transaction: `${this.prefix}${this.attempts}`, selector, token };
    }
    const { transaction } = this.attempt;
    const has = this.has(this.signings) && this.has(this.confirmations);
    if (has && !replaced && this.signings.length === 1 && this.confirmations.length === 1)
      return 'nothing to do';
    const input = { ...fields, driftToken: this.attempt.token };
    const create = () => {
      this.creates += 1;
      return this.attemptTo(() => this.stack.signing(transaction, selector, input));
    };
    if (this.asksGate && this.gate !== transaction) {
      if ((await this.attemptTo(() => this.stack.gate(transaction, selector, input))) === null) return 'gate';
      this.gate = transaction;
    }
    if (!this.has(this.signings) || replaced) {
      if (retried) await create();
      if ((await create()) === null) return 'signing';
      this.signings = this.signings.map((placed) => ({ ...placed, deposed: true }));
      this.signings.push({ transaction, selector });
    }
    if (otherFails) return 'other';
    if (!this.has(this.confirmations)) {
      const made = await this.attemptTo(() => this.stack.confirmation(transaction, selector, input));
      if (made === null) return 'confirmation';
      this.confirmations.push({ transaction, selector });
    }
    const isOld = (placed: Placed) => placed.transaction !== transaction || placed.deposed === true;
    return (await this.remove(isOld, newestFirst)) ? 'done' : 'deletes';
  }

  /** `false`: it failed in the middle. */
  async destroy(newestFirst = false): Promise<boolean> {
    if (!(await this.remove(() => true, newestFirst))) return false;
    this.attempt = null;
    return true;
  }

  private has(placed: readonly Placed[]): boolean {
    return placed.at(-1)?.transaction === this.attempt?.transaction;
  }

  private async remove(isGone: (placed: Placed) => boolean, newestFirst = false): Promise<boolean> {
    for (const placed of this.confirmations.filter(isGone)) {
      const { transaction, selector } = placed;
      if ((await this.attemptTo(() => this.stack.delete('Confirmation', transaction, selector, {}))) === null)
        return false;
      this.confirmations = this.confirmations.filter((other) => other !== placed);
    }
    const gone = this.signings.filter(isGone);
    for (const placed of newestFirst ? gone.reverse() : gone) {
      const { transaction, selector } = placed;
      if ((await this.attemptTo(() => this.stack.deleteSigning(transaction, selector))) === null)
        return false;
      this.signings = this.signings.filter((other) => other !== placed);
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

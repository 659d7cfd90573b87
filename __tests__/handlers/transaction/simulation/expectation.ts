/** What SES has while a person has removed the identity. */
export const NO_IDENTITY = 'none';

/** Formats what SES has, without its status: `AWS_SES on`, `EXTERNAL s1 off`, … */
export const stateOf = (
  shown: { readonly origin: string; readonly selector?: string; readonly enabled: boolean } | null,
): string =>
  shown === null
    ? NO_IDENTITY
    : [shown.origin, shown.selector, shown.enabled ? 'on' : 'off']
        .filter((part) => part !== undefined)
        .join(' ');

export const signerOf = (state: string): string => state.replace(/ o(n|ff)$/, '');

const flagOf = (state: string): string => state.split(' ').at(-1)!;

export const signs = (selector: string): string => `EXTERNAL ${selector} on`;

/**
 * What SES may have in the end: the small model that the function is held against. It knows nothing of leases, ledgers or
 * schedules. While several are at work, or an answer was lost, there is more than one possibility; what is reported as done
 * while nothing else is at work narrows them down to one.
 */
export class Expectation {
  /** What SES may have once nothing is open. */
  private allowed: ReadonlySet<string>;
  /** What a destroy may lead to. */
  private base: ReadonlySet<string>;
  /** All that was ever possible. */
  private readonly ever = new Set<string>();
  /** Whether a change may have begun that a destroy would undo. */
  private hasBegun = false;
  /** Whether the stack owns what SES has, so that a destroy acts. */
  private isOwned = false;
  /** What direct calls have set while it may not: a destroy leaves that. */
  private outside: ReadonlySet<string> = new Set();

  constructor(start: string) {
    this.allowed = new Set([start]);
    this.base = this.allowed;
    this.ever.add(start);
  }

  allows(state: string): boolean {
    return this.allowed.has(state);
  }

  /** Whether a destroy may lead to that. */
  isBase(state: string): boolean {
    return this.isPrior(state) || this.outside.has(state);
  }

  /** Whether it may be what was there before everything that this project has set. */
  isPrior(state: string): boolean {
    return this.base.has(state);
  }

  /** Whether the domain is a stack's for certain. */
  get isOfStack(): boolean {
    return this.isOwned;
  }

  /** How many states SES may have. */
  get size(): number {
    return this.allowed.size;
  }

  /** Whether signing may be off: it was before, and nothing has switched it on since; or a person wants it so. */
  get mayBeOff(): boolean {
    return [...this.allowed].some((state) => flagOf(state) === 'off');
  }

  /** Whether a destroy may switch signing off. */
  get mayBeSwitchedOff(): boolean {
    return this.mayBeOff || [...this.base].some((state) => flagOf(state) === 'off');
  }

  /** A change was tried, and failed: it is undone, or will be. */
  tried(): void {
    this.hasBegun = true;
  }

  mayHave(state: string): void {
    this.hasBegun = true;
    this.allowed = this.with(this.allowed, state);
  }

  has(state: string): void {
    this.mayHave(state);
    this.allowed = new Set([state]);
  }

  /** The stack has what it wanted. */
  owned(): void {
    this.isOwned = true;
    this.outside = new Set();
  }

  /** A change that belongs to no stack. */
  mayHaveOutside(state: string): void {
    this.mayHave(state);
    if (!this.isOwned) this.outside = this.with(this.outside, state);
  }

  mayBeDestroyed(): void {
    this.isOwned = false;
    this.allowed = this.with(this.allowed, ...this.base);
  }

  /** A direct call may have removed the domain, unless it is a stack's. */
  mayBeRemoved(): void {
    if (!this.isOwned) this.mayBeDestroyed();
  }

  /** A direct call has removed the domain: nothing of what direct calls have set stays. */
  removed(state: string): void {
    this.outside = new Set();
    this.destroyed(state);
  }

  /** A destroy has ended, and left that. */
  destroyed(state: string): void {
    this.allowed = new Set([state]);
    // What a direct call has set has a baseline of its own.
    this.base = this.outside.has(state) ? this.with(this.base, state) : this.allowed;
    this.outside = new Set();
    this.hasBegun = false;
    this.isOwned = false;
  }

  /** SES was changed outside the function while nothing was open and no run at work. */
  setByOthers(state: string): void {
    this.maySetByOthers(state);
    this.allowed = new Set([state]);
    if (!this.hasBegun) this.base = this.allowed;
  }

  /** SES was changed outside the function: what was open may be written over it. */
  maySetByOthers(state: string): void {
    this.allowed = this.with(this.allowed, state);
    this.base = this.with(this.base, state);
  }

  /** A Put of the function has arrived after its change was undone: a destroy leads elsewhere. */
  mayArriveLate(state: string): void {
    this.allowed = this.with(this.allowed, state);
  }

  /** The function has forgotten what happened last: it may believe in a change that was undone since, and in its baseline. */
  forgets(): void {
    this.hasBegun = true;
    this.isOwned = false;
    this.allowed = this.ever;
    this.base = this.ever;
  }

  /** The two calls of one writer came before and after those of another. */
  mix(): void {
    const flags = new Set([...this.allowed, ...this.base].map(flagOf));
    const mixed = (states: ReadonlySet<string>) =>
      this.with(
        states,
        ...[...states].map(signerOf).flatMap((signer) => [...flags].map((flag) => `${signer} ${flag}`)),
      );
    this.allowed = mixed(this.allowed);
    this.base = mixed(this.base);
  }

  private with(states: ReadonlySet<string>, ...more: readonly string[]): ReadonlySet<string> {
    for (const state of more) this.ever.add(state);
    return new Set([...states, ...more]);
  }

  toString(): string {
    return [...this.allowed].join(', ');
  }
}

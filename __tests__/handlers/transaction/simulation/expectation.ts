/** Formats what SES has, without its status: `AWS_SES on`, `EXTERNAL s1 off`, … */
export const stateOf = (shown: {
  readonly origin: string;
  readonly selector?: string;
  readonly enabled: boolean;
}): string =>
  [shown.origin, shown.selector, shown.enabled ? 'on' : 'off'].filter((part) => part !== undefined).join(' ');

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
  /** Whether a change may have begun that a destroy would undo. */
  private hasBegun = false;
  /** The answer of a destroy was lost: what is set from then on may be what the next destroy finds as before. */
  private mayBeGone = false;

  constructor(start: string) {
    this.allowed = new Set([start]);
    this.base = new Set([start]);
  }

  allows(state: string): boolean {
    return this.allowed.has(state);
  }

  isBase(state: string): boolean {
    return this.base.has(state);
  }

  /** A change was tried, and failed: it is undone, or will be. */
  tried(): void {
    this.hasBegun = true;
  }

  mayHave(state: string): void {
    this.begin(state);
    this.allowed = new Set([...this.allowed, state]);
  }

  has(state: string): void {
    this.begin(state);
    this.allowed = new Set([state]);
  }

  private begin(state: string): void {
    this.hasBegun = true;
    if (this.mayBeGone) this.base = new Set([...this.base, state]);
  }

  mayBeDestroyed(): void {
    this.mayBeGone = true;
    this.allowed = new Set([...this.allowed, ...this.base]);
  }

  destroyed(): void {
    this.allowed = this.base;
    this.hasBegun = false;
    this.mayBeGone = false;
  }

  /** SES was changed outside the function while nothing was open and no run at work. */
  setByOthers(state: string): void {
    this.allowed = new Set([state]);
    this.base = this.hasBegun ? new Set([...this.base, state]) : this.allowed;
  }

  /** SES was changed outside the function: what was open may be written over it. */
  maySetByOthers(state: string): void {
    this.allowed = new Set([...this.allowed, state]);
    this.base = new Set([...this.base, state]);
  }

  /** The two calls of one writer came before and after those of another. */
  mix(): void {
    const flags = new Set([...this.allowed, ...this.base].map(flagOf));
    const mixed = (states: ReadonlySet<string>) =>
      new Set([...states].map(signerOf).flatMap((signer) => [...flags].map((flag) => `${signer} ${flag}`)));
    this.allowed = mixed(this.allowed);
    this.base = mixed(this.base);
  }

  toString(): string {
    return [...this.allowed].join(', ');
  }
}

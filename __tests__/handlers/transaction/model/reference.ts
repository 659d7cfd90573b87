/**
 * What SES may have in the end: the small model that the function is held against. It knows nothing of leases, ledgers
 * or schedules. Where an answer was lost, there is more than one possibility; each success narrows them down again.
 */
export class Reference {
  /** What SES may have once everything that is open has expired. */
  allowed: ReadonlySet<string>;
  /** What a destroy may go back to. */
  base: ReadonlySet<string>;
  /** Whether a change may have begun that a destroy would undo. */
  begun = false;
  /**
   * An answer was lost: a destroy has ended, or not; or the first attempts of a stack that never came to its end are in
   * force, or not. Then a destroy need not undo what a direct call has set.
   */
  private cannotTell = false;
  private survivors: ReadonlySet<string> = new Set();

  constructor(start: string) {
    this.allowed = new Set([start]);
    this.base = new Set([start]);
  }

  /** Confirmed by its stack: this is in force, and a destroy undoes it. */
  applied(state: string): void {
    this.inForce(state);
    this.cannotTell = false;
    this.survivors = new Set();
  }

  /** Confirmed: this is in force. */
  inForce(state: string): void {
    this.begun = true;
    this.allowed = new Set([state]);
    this.survive(state);
  }

  /** Its answer was lost, or somebody else was at work at the same time: it may be in force. */
  maybeInForce(state: string): void {
    this.begun = true;
    this.allowed = new Set([...this.allowed, state]);
    this.survive(state);
  }

  /** It was undone, or will be. */
  tried(): void {
    this.begun = true;
  }

  destroyed(): void {
    this.base = new Set([...this.base, ...this.survivors]);
    this.allowed = this.base;
    this.begun = this.survivors.size > 0;
    this.cannotTell = false;
    this.survivors = new Set();
  }

  maybeDestroyed(): void {
    this.allowed = new Set([...this.allowed, ...this.base]);
    this.cannotTell = true;
  }

  /** The answer of an attempt was lost, in a stack that never came to its end. */
  mayOutlive(): void {
    this.cannotTell = true;
    this.survivors = new Set([...this.survivors, ...this.allowed]);
  }

  private survive(state: string): void {
    if (this.cannotTell) this.survivors = new Set([...this.survivors, state]);
  }

  /** SES itself has switched signing off. */
  switchedOff(state: string): void {
    this.allowed = new Set([...this.allowed, state]);
    this.base = new Set([...this.base, state]);
  }

  /** Somebody set SES by hand. @param undone an open change is about to write over it. */
  setByHand(state: string, undone: boolean): void {
    this.allowed = undone ? new Set([...this.allowed, state]) : new Set([state]);
    this.base = this.begun ? new Set([...this.base, state]) : this.allowed;
  }
}

/** One piece of work under way; what it is worth waiting for can change while it runs. */
export interface Task {
  /** The end waits for it. */
  promote(): void;
  /** The end waits for it only for the grace. */
  demote(): void;
}

/**
 * Work that begets work, asked for at once: the end has come when all that is essential is done, and what is not
 * essential (a parent's servers beside the one that answered, servers known to be silent) has had a short grace.
 */
export class Tasks {
  private essential = 0;
  private optional = 0;
  private graceTimer: NodeJS.Timeout | undefined;
  private ended = false;
  private readonly end: Promise<void>;
  private resolveEnd!: () => void;
  private rejectEnd!: (reason: unknown) => void;

  constructor(private readonly graceMs: number) {
    this.end = new Promise((resolve, reject) => {
      this.resolveEnd = resolve;
      this.rejectEnd = reject;
    });
    this.end.catch(() => {});
  }

  run(essential: boolean, work: () => Promise<void>): Task {
    let open = true;
    let counted = essential;
    const count = (change: 1 | -1): void => {
      if (counted) this.essential += change;
      else this.optional += change;
    };
    const recount = (next: boolean): void => {
      if (!open || counted === next) return;
      count(-1);
      counted = next;
      count(1);
      this.check();
    };
    count(1);
    // Work starts in a later turn, so that what is begun together is counted together.
    Promise.resolve()
      .then(work)
      .catch((error) => this.rejectEnd(error))
      .finally(() => {
        open = false;
        count(-1);
        this.check();
      });
    return { promote: () => recount(true), demote: () => recount(false) };
  }

  private check(): void {
    if (this.essential > 0) {
      clearTimeout(this.graceTimer);
      this.graceTimer = undefined;
    } else if (this.optional === 0) {
      this.stop();
    } else if (!this.ended) {
      this.graceTimer ??= setTimeout(() => this.stop(), this.graceMs);
    }
  }

  /** Ends the waiting now. */
  stop(): void {
    this.ended = true;
    clearTimeout(this.graceTimer);
    this.resolveEnd();
  }

  /** Resolves at the end. Needs at least one task to have been run. */
  finished(): Promise<void> {
    return this.end;
  }
}

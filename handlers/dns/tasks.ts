/** One piece of work under way; what it is worth waiting for can change while it runs. */
export interface Task {
  /** Resolves when it is done, however it ended. */
  readonly done: Promise<void>;
  /** The end waits for it. */
  promote(): void;
  /** The end waits for it only for the grace. */
  demote(): void;
  /** The end does not wait for it. */
  abandon(): void;
}

/**
 * How long what is not essential may still take when the rest is done: as long as the slowest of those that did answer,
 * and half of it, for it was asked at the same time as they were.
 */
export interface Grace {
  readonly leastMs: number;
  readonly mostMs: number;
  /** How many times as long as the slowest took. */
  readonly ofSlowest: number;
}

export const GRACE: Grace = { leastMs: 15, mostMs: 250, ofSlowest: 1.5 };

/** A process that was stopped for a while (as Lambda does) first reads what has come meanwhile. */
export const afterReading = (act: () => void) => (): void => {
  setImmediate(act);
};

/**
 * Work that begets work, asked for at once: the end has come when all that is essential is done, and what is not
 * essential (a parent's servers beside the one that answered, servers known to be silent) has had a short grace.
 */
export class Tasks {
  private readonly waitingFor = { essential: 0, optional: 0, nothing: 0 };
  private graceTimer: NodeJS.Timeout | undefined;
  private graceBegan = 0;
  private ended = false;
  private readonly end: Promise<void>;
  private resolveEnd!: () => void;
  private rejectEnd!: (reason: unknown) => void;

  constructor(
    private readonly graceMs: () => number,
    private readonly longestGraceMs: number,
  ) {
    this.end = new Promise((resolve, reject) => {
      this.resolveEnd = resolve;
      this.rejectEnd = reject;
    });
    this.end.catch(() => {});
  }

  run(essential: boolean, work: () => Promise<void>): Task {
    let open = true;
    let counted: keyof typeof this.waitingFor = essential ? 'essential' : 'optional';
    const count = (change: 1 | -1): void => {
      this.waitingFor[counted] += change;
    };
    const recount = (next: typeof counted): void => {
      if (!open || counted === next) return;
      count(-1);
      counted = next;
      count(1);
      this.check();
    };
    count(1);
    if (essential) this.check();
    else this.renewGrace();
    // Work starts in a later turn, so that what is begun together is counted together.
    const done = Promise.resolve()
      .then(work)
      .catch((error) => this.rejectEnd(error))
      .finally(() => {
        open = false;
        count(-1);
        this.check();
      });
    return {
      done,
      promote: () => recount('essential'),
      demote: () => recount('optional'),
      abandon: () => recount('nothing'),
    };
  }

  private check(): void {
    if (this.waitingFor.essential > 0) {
      clearTimeout(this.graceTimer);
      this.graceTimer = undefined;
    } else if (this.waitingFor.optional === 0) {
      this.stop();
    } else if (!this.ended && !this.graceTimer) {
      this.graceBegan = performance.now();
      this.startGrace();
    }
  }

  /** What is begun within the grace has one of its own; together they are no longer than the longest. */
  renewGrace(): void {
    if (this.graceTimer) this.startGrace();
  }

  private startGrace(): void {
    clearTimeout(this.graceTimer);
    const leftMs = this.longestGraceMs - (performance.now() - this.graceBegan);
    const timer = setTimeout(
      afterReading(() => this.graceTimer === timer && this.stop()),
      Math.max(0, Math.min(this.graceMs(), leftMs)),
    );
    this.graceTimer = timer;
  }

  /** Ends the waiting now. */
  stop(): void {
    this.ended = true;
    clearTimeout(this.graceTimer);
    this.graceTimer = undefined;
    this.resolveEnd();
  }

  /** Resolves at the end. Needs at least one task to have been run. */
  finished(): Promise<void> {
    return this.end;
  }
}

/**
 * Tries one thing after another without waiting long for any: the next begins when one has failed, or when `hedgeMs` have
 * passed. An attempt fails by resolving to undefined; it must not reject.
 *
 * @returns the first success, or undefined when all have failed
 */
export const hedged = <T>(
  attempts: readonly (() => Promise<T | undefined>)[],
  hedgeMs: number,
  /** Told which attempt was overtaken. */
  overtaken: (index: number) => void = () => {},
): Promise<T | undefined> =>
  new Promise((resolve) => {
    let begun = 0;
    let failed = 0;
    let timer: NodeJS.Timeout | undefined;
    const finish = (result: T | undefined): void => {
      clearTimeout(timer);
      begun = attempts.length;
      resolve(result);
    };
    const begin = (): void => {
      clearTimeout(timer);
      const index = begun;
      const attempt = attempts[index];
      if (!attempt) return;
      begun += 1;
      timer = setTimeout(() => {
        overtaken(index);
        begin();
      }, hedgeMs);
      attempt().then((result) => {
        if (result !== undefined) return finish(result);
        failed += 1;
        if (failed === attempts.length) finish(undefined);
        else begin();
      });
    };
    if (attempts.length === 0) finish(undefined);
    else begin();
  });

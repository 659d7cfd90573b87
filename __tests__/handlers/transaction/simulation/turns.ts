/** Decides who goes on when several could. */
export interface Scheduler {
  schedule(task: Promise<void>, actor: string): Promise<void>;
  waitFor(run: Promise<void>): Promise<void>;
}

/** Turns in a row of one actor. */
export type Turn = readonly [actor: string, times: number];

/**
 * Lets one actor go on once all others wait: whatever can go on without a turn has gone on before an immediate runs. So
 * neither the build nor the version of Node, which decide how many promises lie between two calls, shifts a turn.
 */
abstract class Turns implements Scheduler {
  private readonly waiting: { readonly actor: string; go(): void }[] = [];

  /** @returns which of those that wait goes on; the first one waits longest */
  protected abstract choose(waiting: readonly string[]): number;

  schedule(_: Promise<void>, actor: string): Promise<void> {
    return new Promise((go) => {
      this.waiting.push({ actor, go });
    });
  }

  async waitFor(run: Promise<void>): Promise<void> {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    run.then(end, end);
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.waiting.length > 0) this.next();
    }
    return run;
  }

  private next(): void {
    const at = this.choose(this.waiting.map(({ actor }) => actor));
    this.waiting.splice(at, 1)[0]!.go();
  }
}

/** Draws the turns, and notes them so that a schedule can be kept. */
export class DrawnTurns extends Turns {
  readonly turns: [string, number][] = [];

  /** @param state from which all turns follow */
  constructor(private state: number) {
    super();
  }

  protected choose(waiting: readonly string[]): number {
    const at = Math.floor(this.draw() * waiting.length);
    const actor = waiting[at]!;
    const last = this.turns.at(-1);
    if (last?.[0] === actor) last[1] += 1;
    else this.turns.push([actor, 1]);
    return at;
  }

  /** Returns the next number of mulberry32, from 0 to below 1. */
  private draw(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/**
 * Repeats kept turns. Where the code makes other calls by now, a turn of an actor that does not wait is passed over, and
 * after the last one whoever waits longest goes on.
 */
export class KeptTurns extends Turns {
  private left: string[];

  constructor(turns: readonly Turn[]) {
    super();
    this.left = turns.flatMap(([actor, times]) => Array.from({ length: times }, () => actor));
  }

  protected choose(waiting: readonly string[]): number {
    const turn = this.left.findIndex((actor) => waiting.includes(actor));
    const at = turn === -1 ? 0 : waiting.indexOf(this.left[turn]!);
    this.left = this.left.slice(turn + 1);
    return at;
  }
}

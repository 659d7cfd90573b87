import type fc from 'fast-check';

/** Decides who goes on when several could. */
export interface Scheduler {
  schedule(task: Promise<void>, actor: string): Promise<void>;
  waitFor(run: Promise<void>): Promise<void>;
}

/** Turns in a row of one actor. */
export type Turn = readonly [actor: string, times: number];

/** Notes the turns that fast-check has drawn, so that a schedule can be kept. */
export class RecordedTurns implements Scheduler {
  readonly turns: [string, number][] = [];

  constructor(private readonly scheduler: fc.Scheduler) {}

  async schedule(task: Promise<void>, actor: string): Promise<void> {
    await this.scheduler.schedule(task, actor);
    const last = this.turns.at(-1);
    if (last?.[0] === actor) last[1] += 1;
    else this.turns.push([actor, 1]);
  }

  waitFor(run: Promise<void>): Promise<void> {
    return this.scheduler.waitFor(run);
  }
}

/**
 * Repeats kept turns. Where the code makes other calls by now, a turn of an actor that does not wait is passed over, and
 * after the last one whoever waits longest goes on.
 */
export class KeptTurns implements Scheduler {
  private left: string[];
  private readonly waiting: { readonly actor: string; go(): void }[] = [];

  constructor(turns: readonly Turn[]) {
    this.left = turns.flatMap(([actor, times]) => Array.from({ length: times }, () => actor));
  }

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
      // An immediate runs after all that can go on without a turn has gone on.
      await new Promise((resolve) => setImmediate(resolve));
      this.next();
    }
    return run;
  }

  private next(): void {
    const isWaiting = (actor: string) => this.waiting.some((each) => each.actor === actor);
    const turn = this.left.findIndex(isWaiting);
    const at = turn === -1 ? 0 : this.waiting.findIndex(({ actor }) => actor === this.left[turn]);
    this.left = this.left.slice(turn + 1);
    this.waiting.splice(at, 1)[0]?.go();
  }
}

import picocolors from 'picocolors';
import { mapConcurrently } from '../pace/concurrency';
import { type Note, noteWords } from '../words/notes';
import { type Work, workWords } from '../words/progress';
import type { Guarded } from './guarded';
import type { CliWorld, Sink } from './world';

type Colours = ReturnType<typeof picocolors.createColors>;

/** Prints the result of a command on stdout, everything else on stderr. */
export class Output {
  /** Colours of stdout, plain if it is not a terminal. */
  readonly colours: Colours;
  readonly progress: Progress;

  constructor(
    private readonly guarded: Guarded,
    readonly json: boolean,
  ) {
    const { world } = guarded;
    this.colours = picocolors.createColors(world.stdout.isTerminal && wantsColour(world.env));
    this.progress = new Progress(world.stderr, () => world.clock.now());
  }

  /** The result: JSON with `--json`, otherwise text for people, with a line for each warning below it. */
  result(value: object, text: () => string, warnings: readonly string[] = []): void {
    this.progress.clear();
    const lines = (): string[] => [
      text(),
      ...warnings.map((warning) => this.colours.yellow(`Warning: ${warning}`)),
    ];
    this.guarded.world.stdout.write(`${this.json ? this.guarded.json(value) : lines().join('\n')}\n`);
  }

  /** A document in another format, such as a policy, which is always JSON. */
  document(value: unknown): void {
    this.progress.clear();
    this.guarded.world.stdout.write(
      `${this.json ? this.guarded.json(value) : JSON.stringify(value, null, 2)}\n`,
    );
  }

  /** Events before the result, which go to stdout, or to stderr with `--json`. */
  write(text: string): void {
    this.progress.clear();
    (this.json ? this.guarded.world.stderr : this.guarded.world.stdout).write(text);
  }

  /** Notes for the person at the terminal, which are never part of the result. */
  note(note: string | Note): void {
    this.progress.clear();
    this.guarded.world.stderr.write(`${typeof note === 'string' ? note : noteWords(note)}\n`);
  }
}

/** Checks whether the environment allows colours; see https://no-color.org. */
const wantsColour = (env: CliWorld['env']): boolean => !env.NO_COLOR && env.TERM !== 'dumb';

const ERASE_LINE = '\r\u001b[2K';

/** One line on a terminal that is overwritten repeatedly and removed at the end. Silent elsewhere. */
class Progress {
  private isVisible = false;

  constructor(
    private readonly sink: Sink,
    private readonly now: () => number,
  ) {}

  show(work: Work, since = ''): void {
    if (!this.sink.isTerminal) return;
    const text = `${workWords(work)}${since}`;
    const width = (this.sink.columns ?? 80) - 1;
    this.sink.write(`${ERASE_LINE}${text.length > width ? `${text.slice(0, width - 1)}…` : text}`);
    this.isVisible = true;
  }

  clear(): void {
    if (this.isVisible) this.sink.write(ERASE_LINE);
    this.isVisible = false;
  }

  /** Maps with at most `limit` items at once, and shows the number of finished items. */
  map<T, R>(work: Work, items: readonly T[], limit: number, step: (item: T) => Promise<R>): Promise<R[]> {
    this.show(work, '…');
    return mapConcurrently(items, limit, step, (done) => this.show(work, `… ${done} done`));
  }

  /** Shows the elapsed seconds until a promise settles. */
  async during<T>(work: Work, end: Promise<T>): Promise<T> {
    if (!this.sink.isTerminal) return end;
    const startedAt = this.now();
    this.show(work, '…');
    const timer = setInterval(
      () => this.show(work, `… ${Math.round((this.now() - startedAt) / 1000)} s`),
      1000,
    );
    try {
      return await end;
    } finally {
      clearInterval(timer);
      this.clear();
    }
  }
}

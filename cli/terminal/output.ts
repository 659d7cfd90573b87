import picocolors from 'picocolors';
import type { CliWorld } from '../world';
import { Progress } from './progress';

type Colours = ReturnType<typeof picocolors.createColors>;

/** What a command prints: its result on stdout, everything else on stderr. */
export class Output {
  /** For stdout; plain where it is no terminal. */
  readonly colours: Colours;
  readonly progress: Progress;

  constructor(
    private readonly world: CliWorld,
    readonly json: boolean,
  ) {
    this.colours = picocolors.createColors(world.stdout.isTerminal && wantsColour(world.env));
    this.progress = new Progress(world.stderr, () => world.clock.now());
  }

  /** The result: JSON with `--json`, otherwise text for people. */
  result(value: unknown, text: () => string): void {
    this.progress.clear();
    this.world.stdout.write(`${this.json ? JSON.stringify(value, null, 2) : text()}\n`);
  }

  /** Formats a text, with a line for each warning below it. */
  withWarnings(text: string, warnings: readonly string[]): string {
    return [text, ...warnings.map((warning) => this.colours.yellow(`Warning: ${warning}`))].join('\n');
  }

  /** For the person at the terminal; never part of the result. */
  note(text: string): void {
    this.progress.clear();
    this.world.stderr.write(`${text}\n`);
  }
}

/** See https://no-color.org. */
const wantsColour = (env: CliWorld['env']): boolean => !env.NO_COLOR && env.TERM !== 'dumb';

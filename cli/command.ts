import { type Command, InvalidArgumentError } from 'commander';
import { usageError } from './cli-error';
import { EXIT, type ExitCode } from './exit-codes';
import { Output } from './terminal/output';
import type { CliWorld } from './world';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json?: boolean;
  /** A file; false with `--no-list`. */
  readonly list?: string | false;
  readonly function?: string;
  readonly region?: string;
}

/** What a command works with. */
export interface Cli {
  readonly world: CliWorld;
  readonly out: Output;
}

/** The body of a command. What it returns is what the process ends with. */
export type Work<Options, Arguments extends unknown[]> = (
  cli: Cli,
  options: Options,
  ...args: Arguments
) => Promise<ExitCode>;

/** Puts a body into the form that commander calls. */
export type Bind = <Options, Arguments extends unknown[]>(
  work: Work<Options, Arguments>,
) => (...args: unknown[]) => Promise<void>;

/** Commander calls with the arguments, the command's own options, and the command. */
export const binder =
  (world: CliWorld, ended: (exitCode: ExitCode) => void): Bind =>
  (work) =>
  async (...all) => {
    const command = all.at(-1) as Command;
    const options = command.optsWithGlobals() as GlobalOptions;
    const cli = { world, out: new Output(world, options.json === true) };
    try {
      ended(await work(cli, options as never, ...(all.slice(0, -2) as never)));
    } finally {
      cli.out.progress.clear();
    }
  };

/** A section at the end of `--help`. */
export const section = (title: string, rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return `\n${title}:\n${rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')}`;
};

/** What `--help` ends with: what the exit codes mean, without those that the command does not end with; examples. */
export function afterHelp({
  examples = [],
  ...meanings
}: Partial<Record<keyof typeof EXIT, string>> & {
  readonly examples?: readonly (readonly [command: string, meaning: string])[];
}): string {
  const common = { failed: 'wrong usage, or another failure', interrupted: 'interrupted (Ctrl-C)' };
  const rows = Object.entries({ ...common, ...meanings })
    .map(([name, meaning]) => [String(EXIT[name as keyof typeof EXIT]), meaning] as const)
    .sort(([a], [b]) => Number(a) - Number(b));
  const lines = examples.map(([command, meaning]) => `  # ${meaning}\n  $ byodkim ${command}`);
  return [section('Exit codes', rows), ...(lines.length === 0 ? [] : ['', 'Examples:', ...lines])].join('\n');
}

/** Reads a whole number within limits. */
export const wholeNumber =
  (minimum: number, maximum: number) =>
  (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= minimum && number <= maximum) return number;
    throw new InvalidArgumentError(`Expected a whole number from ${minimum} to ${maximum}.`);
  };

/** An option that may be given several times, or once with commas. */
export const collect = (text: string, before: unknown): string[] => [
  ...(Array.isArray(before) ? before : []),
  ...text.split(',').map((part) => part.trim()),
];

/** Asks before something is changed. @throws CliError where nobody can be asked and `--yes` was not given */
export async function isApproved(
  world: CliWorld,
  question: string,
  yes: boolean | undefined,
): Promise<boolean> {
  if (yes) return true;
  const answer = await world.ask(`${question} [y/N]`);
  if (answer === null) throw usageError('There is no terminal to ask at; say --yes if this is meant.');
  return /^y(es)?$/i.test(answer.trim());
}

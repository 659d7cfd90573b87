import { Command, InvalidArgumentError } from 'commander';
import { usageError } from './errors/cli-error';
import { EXIT, type ExitCode } from './exit-codes';
import { approvalWords, NOT_APPROVED } from './words/notes';
import { wholeNumberExpected } from './words/usage';
import type { Cli, DomainOptions } from './world/cli';

/** The body of a command, which returns the exit code of the process. */
export type CommandBody<Options, Arguments extends unknown[]> = (
  cli: Cli,
  options: Options,
  ...args: Arguments
) => Promise<ExitCode>;

/** Meanings of a command's exit codes, and examples. */
type Ends = Partial<Record<keyof typeof EXIT, string>> & {
  readonly examples?: readonly (readonly [command: string, meaning: string])[];
};

/** One command. Its body is bound to the world by `createProgram`. */
export class CliCommand extends Command {
  body: CommandBody<never, never[]> | undefined;

  constructor(name: string, summary: string) {
    super(name);
    this.summary(summary);
  }

  /** Takes one domain. */
  ofDomain(): this {
    return this.argument('<domain>', 'the domain');
  }

  withSelector(what = 'the DKIM selector'): this {
    return this.option('-s, --selector <selector>', `${what} (default: as in the domain list)`);
  }

  withKeyFile(what: string): this {
    return this.option('--key-file <file>', `${what}: a PEM file, private or public`);
  }

  /** Takes the options of the proof in DNS. */
  withGate(): this {
    return this.option(
      '--nameserver <ip:port>',
      'ask this server instead of those that the zone names (repeatable)',
      collect,
    )
      .option('--resolver <ip:port>', 'ask this resolver instead of public ones (repeatable)', collect)
      .option(
        '--wait <seconds>',
        'repeat until the record is ready, for at most this time',
        wholeNumber(0, 86_400),
      );
  }

  withYes(help = 'do not ask'): this {
    return this.option('-y, --yes', help);
  }

  /** Explains the exit codes at the end of `--help`, without those that the command never returns. */
  ends(ends: Ends): this {
    return this.addHelpText('after', afterHelp(ends));
  }

  runs<Options, Arguments extends unknown[]>(work: CommandBody<Options, Arguments>): this {
    this.body = work as never;
    return this;
  }
}

/** Formats a section at the end of `--help`. */
export const section = (title: string, rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return `\n${title}:\n${rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')}`;
};

/** Formats the end of `--help`. */
export function afterHelp({ examples = [], ...meanings }: Ends): string {
  const common = { failed: 'wrong usage, or another failure', interrupted: 'interrupted (Ctrl-C)' };
  const rows = Object.entries({ ...common, ...meanings })
    .map(([name, meaning]) => [String(EXIT[name as keyof typeof EXIT]), meaning] as const)
    .sort(([a], [b]) => Number(a) - Number(b));
  const lines = examples.map(([command, meaning]) => `  # ${meaning}\n  $ byodkim ${command}`);
  return [section('Exit codes', rows), ...(lines.length === 0 ? [] : ['', 'Examples:', ...lines])].join('\n');
}

/** Makes a parser for a whole number within limits. */
export const wholeNumber =
  (minimum: number, maximum: number): ((text: string) => number) =>
  (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= minimum && number <= maximum) return number;
    throw new InvalidArgumentError(wholeNumberExpected(minimum, maximum));
  };

/** Collects the values of an option that may be repeated or have commas. */
const collect = (text: string, before: readonly string[] = []): string[] => [
  ...before,
  ...text.split(',').map((part) => part.trim()),
];

/**
 * Asks a person before something is changed. Only "yes" continues.
 * @param question describes the change
 * @throws CliError if there is neither a terminal nor `--yes`; INTERRUPTED if the question is interrupted
 */
export async function isApproved(
  { world, out }: Cli,
  question: string,
  { yes }: Pick<DomainOptions, 'yes'>,
): Promise<boolean> {
  if (yes) return true;
  const answer = await world.ask(approvalWords(question));
  if (answer === null) throw usageError('no-terminal', {});
  if (answer.trim() === 'yes') return true;
  out.note(NOT_APPROVED);
  return false;
}

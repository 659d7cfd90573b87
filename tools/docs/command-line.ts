import { stripVTControlCharacters } from 'node:util';
import type { Argument, Command, Option } from 'commander';
import { createProgram } from '../../cli/program';
import type { CliWorld } from '../../cli/world';
import type { GeneratedDocument } from './document';

/** Wide enough that no help text wraps. */
const WIDTH = 10_000;
/** An option that this many commands take is described once. */
const SHARED_BY = 2;
/** Meanings that need no words of their own. */
const COMMON_EXITS = ['0', '1', '130'];
/** How many examples a command shows here; `--help` has all. */
const EXAMPLES = 2;

/** What `--help` prints for each command, with what they share said once. */
export const commandLine: GeneratedDocument = {
  path: 'docs/cli.md',
  generate: () => {
    let text = '';
    const stdout = { write: (part: string) => (text += part), columns: WIDTH };
    // Help asks the world for nothing but where to write.
    const world = { stdout, stderr: stdout } as unknown as CliWorld;
    const help = (command: Command): string => {
      text = '';
      command.outputHelp();
      return stripVTControlCharacters(text);
    };
    const program = createProgram(world, () => () => Promise.resolve());
    const commands = commandsOf(program);
    const all = commands.flatMap(optionsOf).map(optionRow);
    const uses = countBy(all.map(String));
    const isShared = (option: Option) => (uses.get(String(optionRow(option))) ?? 0) >= SHARED_BY;
    const shared = new Map(
      commands
        .flatMap(optionsOf)
        .filter(isShared)
        .map((option) => [String(optionRow(option)), optionRow(option)]),
    );
    return [
      '# The command `byodkim`',
      '',
      'From a clone: `npm run --silent byodkim -- …`; from the package: `npx byodkim …`. `--help` says more. Generated: `npm run docs`.',
      '',
      ...listing(rowsOf(help(program), 'Exit codes'), 'Exit codes'),
      ...listing(optionsOf(program).map(optionRow), 'Options of every command'),
      ...listing([...shared.values()], 'Options of several commands'),
      ...commands.flatMap((command) => section(command, help(command), isShared)),
    ]
      .join('\n')
      .trimEnd()
      .concat('\n');
  },
};

function section(command: Command, help: string, isShared: (option: Option) => boolean): string[] {
  const [own, others] = partition(optionsOf(command), (option) => !isShared(option));
  const exits = rowsOf(help, 'Exit codes').filter(([code]) => !COMMON_EXITS.includes(code));
  const [, text = ''] = /^Examples:\n([\s\S]*)$/m.exec(help) ?? [];
  const examples = text
    .trimEnd()
    .split('\n')
    .slice(0, 2 * EXAMPLES)
    .map((line) => line.replace(/^ {2}(?:\$ )?/, ''))
    .join('\n');
  return [
    `## ${[nameOf(command), ...command.registeredArguments.map(humanReadable)].join(' ')}`,
    '',
    /^[\s\S]*?[.](?=\s|$)/.exec(command.description())![0].replaceAll('\n', ' '),
    '',
    ...own.map((option) => item(...optionRow(option))),
    ...(others.length > 0 ? [`* also ${others.map(({ long }) => `\`${long}\``).join(', ')}`] : []),
    ...(exits.length > 0 ? [`* exits ${exits.map(([code, means]) => `${code}: ${means}`).join('; ')}`] : []),
    '',
    ...(examples ? ['```sh', examples, '```', ''] : []),
  ];
}

const humanReadable = (argument: Argument): string => {
  const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
  return argument.required ? `\\<${name}>` : `[${name}]`;
};

const optionsOf = (command: Command): Option[] =>
  command.options.filter(({ hidden, long }) => !hidden && long !== '--version');

function optionRow({ flags, description, argChoices, defaultValue }: Option): [string, string] {
  const isSaid = description.includes('default');
  const notes = [
    ...(argChoices ? [argChoices.join(', ')] : []),
    ...(defaultValue !== undefined && typeof defaultValue !== 'boolean' && !isSaid
      ? [`default: ${defaultValue}`]
      : []),
  ];
  return [flags, notes.length > 0 ? `${description} (${notes.join('; ')})` : description];
}

/** The rows of a section at the end of a help text. */
function rowsOf(help: string, title: string): [string, string][] {
  const [, body = ''] = new RegExp(`^${title}:\\n((?: {2}.*\\n?)*)`, 'm').exec(help) ?? [];
  return [...body.matchAll(/^ {2}(\S+) +(.*)$/gm)].map(([, left, right]) => [left!, right!]);
}

const item = (left: string, right: string): string => `* \`${left}\`: ${right}`;

const listing = (rows: readonly [string, string][], title: string): string[] =>
  rows.length === 0 ? [] : [`## ${title}`, '', ...rows.map((row) => item(...row)), ''];

const commandsOf = (command: Command): Command[] =>
  command.commands
    .filter((each) => each.name() !== 'help' && !isHidden(each))
    .flatMap((each) => (each.commands.length > 0 ? commandsOf(each) : [each]));

const isHidden = (command: Command): boolean => (command as { _hidden?: boolean })._hidden === true;

function nameOf(command: Command): string {
  const names: string[] = [];
  for (let each: Command | null = command; each; each = each.parent) names.unshift(each.name());
  return names.join(' ');
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function partition<T>(values: readonly T[], isFirst: (value: T) => boolean): [T[], T[]] {
  return [values.filter(isFirst), values.filter((value) => !isFirst(value))];
}

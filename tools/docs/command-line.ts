import { stripVTControlCharacters } from 'node:util';
import type { Argument, Command, Option } from 'commander';
import { createProgram } from '../../cli/program';
import type { CliWorld } from '../../cli/world';
import type { GeneratedDocument } from './document';

/** Wide enough that no help text wraps. */
const WIDTH = 10_000;

/** Every command: what it does, and its options. `--help` has more. */
export const commandLine: GeneratedDocument = {
  path: 'docs/cli.md',
  generate: () => {
    let text = '';
    const stdout = { write: (part: string) => (text += part), columns: WIDTH };
    // Help needs nothing of the world but its output.
    const world = { stdout, stderr: stdout } as unknown as CliWorld;
    const help = (command: Command): string => {
      text = '';
      command.outputHelp();
      return stripVTControlCharacters(text);
    };
    const program = createProgram(world, () => () => Promise.resolve());
    return [
      '# The command `byodkim`',
      '',
      'From a clone: `npm run --silent byodkim -- …`; from the package: `npx byodkim …`. `--help` describes options and exit codes, with examples.',
      'Generated: `npm run docs`.',
      '',
      `Exit codes: ${rowsOf(help(program), 'Exit codes')
        .map(([code, means]) => `\`${code}\` ${means}`)
        .join('; ')}.`,
      '',
      `Every command takes ${optionsOf(program).map(nameOfOption).join(', ')}.`,
      '',
      ...commandsOf(program).flatMap((command) => section(command)),
    ]
      .join('\n')
      .trimEnd()
      .concat('\n');
  },
};

function section(command: Command): string[] {
  const options = optionsOf(command).map(nameOfOption);
  return [
    `## ${[nameOf(command), ...command.registeredArguments.map(humanReadable)].join(' ')}`,
    '',
    /^[\s\S]*?[.](?=\s|$)/.exec(command.description())![0].replaceAll('\n', ' '),
    '',
    ...(options.length > 0 ? [`Options: ${options.join(', ')}.`, ''] : []),
  ];
}

const humanReadable = (argument: Argument): string => {
  const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
  return argument.required ? `\\<${name}>` : `[${name}]`;
};

const nameOfOption = ({ long, flags }: Option): string => `\`${long ?? flags}\``;

const optionsOf = (command: Command): Option[] =>
  command.options.filter(({ hidden, long }) => !hidden && long !== '--version');

/** The rows of a section at the end of a help text. */
function rowsOf(help: string, title: string): [string, string][] {
  const [, body = ''] = new RegExp(`^${title}:\\n((?: {2}.*\\n?)*)`, 'm').exec(help) ?? [];
  return [...body.matchAll(/^ {2}(\S+) +(.*)$/gm)].map(([, left, right]) => [left!, right!]);
}

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

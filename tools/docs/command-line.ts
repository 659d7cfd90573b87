import { stripVTControlCharacters } from 'node:util';
import { type Command, Help, type Option } from 'commander';
import { createProgram } from '../../cli/program';
import type { CliWorld } from '../../cli/world/world';
import type { GeneratedDocument } from './document';

/** Wide enough that no help text wraps. */
const WIDTH = 10_000;
const help = new Help();

/** Lists every command with its description and its options. `--help` has more. */
export const commandLine: GeneratedDocument = {
  path: 'docs/cli.md',
  generate: () => {
    let text = '';
    const stdout = { write: (part: string) => (text += part), columns: WIDTH };
    // Help needs only an output.
    const program = createProgram(
      { stdout, stderr: stdout } as unknown as CliWorld,
      () => () => Promise.resolve(),
    );
    program.outputHelp();
    const codes = [...stripVTControlCharacters(text).matchAll(/^ {2}(\d+) +(.*)$/gm)];
    return [
      '# The command `byodkim`',
      '',
      'From a clone, run `npm run --silent byodkim -- …`; from the package, run `npx byodkim …`. `--help` describes options and exit codes,',
      'with examples. Generated: `npm run docs`.',
      '',
      `Exit codes: ${codes.map(([, code, means]) => `\`${code}\` ${means}`).join('; ')}.`,
      '',
      `Every command takes ${optionsOf(program).join(', ')}.`,
      '',
      'With `--json`, every failure and finding, and every report of `deploy`, `diff`, `destroy`, `status`, `check` and `review`, has `code` and',
      '`facts` in addition to its text. Let scripts decide by these and by the exit code, since the text may change. A `code` is in capitals;',
      'the `kind` of its facts is in lower case. The parts of a report have a `kind` or an `event` in place of a code, such as `servers[].why`',
      'of `check` and the steps of `status --keys`. The `facts` of an error that an engine prints are empty. The other commands print the data',
      'of their answers, and the exit code shows how they ended.',
      '',
      ...commandsOf(program).flatMap(section),
    ]
      .join('\n')
      .trimEnd()
      .concat('\n');
  },
};

function section(command: Command): string[] {
  const options = optionsOf(command);
  const usage = help.commandUsage(command).replace(' [options]', '');
  return [
    `## ${usage.replaceAll('...', '…').replaceAll('<', '\\<')}`,
    '',
    /^[\s\S]*?[.](?=\s|$)/.exec(command.description())![0].replaceAll('\n', ' '),
    '',
    ...(options.length > 0 ? [`Options: ${options.join(', ')}.`, ''] : []),
  ];
}

const optionsOf = (command: Command): string[] =>
  command.options
    .filter(({ hidden, long }: Option) => !hidden && long !== '--version')
    .map(({ long, flags }) => `\`${long ?? flags}\``);

const commandsOf = (command: Command): Command[] =>
  help
    .visibleCommands(command)
    .filter((each) => each.name() !== 'help')
    .flatMap((each) => (each.commands.length > 0 ? commandsOf(each) : [each]));

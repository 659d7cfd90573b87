import { Command, InvalidArgumentError } from 'commander';
import { REGION_PATTERN } from '../handlers/contract/contract';
import { nearest } from '../list/nearest';
import { version } from '../package.json';
import { afterHelp, CliCommand, type CommandBody, section } from './command';
import { adoptCommand } from './commands/adopt';
import { checkCommand } from './commands/check';
import { deployCommand, destroyCommand, diffCommand } from './commands/deploy';
import { drillCommand } from './commands/drill';
import { keyCommand } from './commands/key';
import { manualCommand } from './commands/manual';
import { confirmCommand, revertCommand } from './commands/open-change';
import { policyCommand } from './commands/policy';
import { recordCommand } from './commands/record';
import { reviewCommand } from './commands/review';
import { rotateCommand } from './commands/rotate';
import { setCommand } from './commands/set';
import { statusCommand } from './commands/status';
import { EARLIER_COMMANDS, optionMeant, REGION_EXPECTED } from './words/usage';
import type { CliWorld } from './world/world';

/** The commands in the order of `--help`: the first step, the list, then those that read, then those that change. */
const COMMANDS = [
  setCommand,
  deployCommand,
  diffCommand,
  destroyCommand,
  checkCommand,
  statusCommand,
  reviewCommand,
  recordCommand,
  manualCommand,
  policyCommand,
  adoptCommand,
  keyCommand,
  rotateCommand,
  drillCommand,
  confirmCommand,
  revertCommand,
];

/** Converts the body of a command to the form that commander calls. */
export type Bind = (work: CommandBody<never, never[]>) => (...args: unknown[]) => Promise<void>;

/** Creates the whole command line. */
export function createProgram(world: CliWorld, bind: Bind): Command {
  const program = new Command('byodkim')
    .description(
      'Shows and changes how Amazon SES signs your mail with your own DKIM keys (BYODKIM).\n' +
        'Where a text says byodkim, type `npm run byodkim --` in a clone, and `npx byodkim` with the package.',
    )
    .version(version, '--version', 'print the version')
    .option('--json', 'print the result as JSON')
    .option(
      '--list <file>',
      'the domain list (default: $BYODKIM_DOMAINS, or domains.yaml if it exists); a local state is kept in its folder',
    )
    .option('--no-list', 'read no domain list')
    .option('--function <name>', 'name of the deployed function (default: as in the list, or ses-byodkim)')
    .option('--region <region>', 'region (default: as in the list, or $AWS_REGION)', regionName)
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(text),
      outputError: (text, write) => write(withNewName(withMeantOption(program, text))),
      getOutHelpWidth: () => world.stdout.columns ?? 100,
      getErrHelpWidth: () => world.stderr.columns ?? 100,
    })
    .exitOverride()
    .showHelpAfterError('(see `byodkim --help`)')
    .addHelpText(
      'after',
      `${section('AWS', [
        ['credentials', 'as for every AWS tool: AWS_PROFILE, AWS_ENDPOINT_URL, …'],
        ['permissions', 'lambda:InvokeFunction on the function; none for `check` with a key file'],
      ])}\n${afterHelp({
        ok: 'ready, in step, or done',
        notReady: 'not ready yet, nothing to do, or a person has to approve it (review)',
        wrong: 'wrong: a person has to act',
        cannotTell: 'not known: DNS did not answer, or the function could not check it',
        examples: [
          ['check example.com', 'checks whether the record is published'],
          ['status', 'shows all domains at a glance'],
          ['review --base origin/main', 'explains a pull request, as Markdown'],
        ],
      })}`,
    );
  for (const create of COMMANDS) addTo(program, create(), bind);
  return program;
}

/**
 * Adds the option that was probably meant if other commands have it. Commander proposes only options of one command, even
 * distant ones.
 */
function withMeantOption(program: Command, text: string): string {
  const [, flag] = /^error: unknown option '(--[^'=]+)/.exec(text) ?? [];
  const all = [program, ...program.commands.flatMap((each) => [each, ...each.commands])];
  const meant =
    flag &&
    nearest(
      flag,
      all.flatMap(({ options }) => options.flatMap(({ long }) => long ?? [])),
    );
  if (!meant || text.includes(meant)) return text;
  const having = all.filter(({ options }) => options.some(({ long }) => long === meant));
  const names = having.map((each) => each.name());
  return `${text.replace(/\n\(Did you mean .*\)/, '').trimEnd()}\n${optionMeant(meant, names)}\n`;
}

/** Adds what has replaced a command of an earlier version. */
function withNewName(text: string): string {
  const [, name = ''] = /^error: unknown command '(\w+)'/.exec(text) ?? [];
  const instead = Object.hasOwn(EARLIER_COMMANDS, name) ? EARLIER_COMMANDS[name] : undefined;
  return instead === undefined ? text : `${text.trimEnd()}\n${instead}\n`;
}

function regionName(text: string): string {
  if (REGION_PATTERN.test(text)) return text;
  throw new InvalidArgumentError(REGION_EXPECTED);
}

/** Adds a command, with the settings that commander does not pass on to commands that were made elsewhere. */
function addTo(parent: Command, command: Command, bind: Bind): void {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) child.copyInheritedSettings(command);
  for (const each of [command, ...command.commands])
    if (each instanceof CliCommand && each.body) each.action(bind(each.body));
  parent.addCommand(command);
}

import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { MODEL_FILES, modelOf } from '../../sandbox/wire/models';
import type { Mail } from '../practice/routes';
import { sandboxClient } from './client';
import { start } from './start';

export interface CliSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  print(line: string): void;
  /** Resolves when the person who started it wants it to end. */
  ended(): Promise<unknown>;
}

const FAULTS = ['throttle', 'error500', 'conflict', 'deny', 'hang', 'resetBefore', 'resetAfter'] as const;

/** The program while its commands are added, and what they do their work with. */
interface Building {
  readonly program: Command;
  readonly print: CliSurroundings['print'];
  /** Asks the running sandbox below its `controlUrl`. */
  ask(method: string, path: string, body?: unknown): Promise<any>;
}

/** Makes the program `sandbox`: it starts a sandbox, and controls one that runs in another terminal. */
export function createProgram({ environment, print, ended }: CliSurroundings): Command {
  const program = new Command('sandbox')
    .description('A simulated AWS with its DNS, to practise in.')
    .showHelpAfterError();
  program
    .command('start', { isDefault: true })
    .description('start one, and keep it up until Ctrl-C')
    .option('--zone <name>', 'a zone that its DNS has; again for more', collect, [])
    .option('--region <name>', 'its region')
    .option('--provider <file>', 'the real provider instead of the stand-in')
    .action((options) => start(options, { print, ended }));
  const building: Building = {
    program,
    print,
    ask: (method, path, body) => sandboxClient(environment).ask(method, path, body),
  };
  addDnsCommands(building);
  addTimeCommands(building);
  addFaultCommands(building);
  return program;
}

function addDnsCommands({ program, print, ask }: Building): void {
  const publish = async (name: string, values: string[], type: string, done: string) => {
    const { in: place } = await ask('PUT', 'dns/records', { name, type, values });
    print(`${name} ${type}: ${done} in ${place}`);
  };
  const typed = new Option('--type <type>', 'of the records').choices(['TXT', 'MX', 'CNAME']).default('TXT');
  program
    .command('publish <name> <text...>')
    .description('publish records at a name, instead of those that are there')
    .addOption(typed)
    .action((name, values, { type }) => publish(name, values, type, `${values.length} published`));
  program
    .command('withdraw <name>')
    .description('withdraw the records of a name')
    .addOption(typed)
    .action((name, { type }) => publish(name, [], type, 'withdrawn'));
  program
    .command('zone <name>')
    .description('add an empty zone to its DNS')
    .option('--route53', 'in Route 53; prints its id')
    .action(async (name: string, { route53: hosted = false }) => {
      const { zoneId } = await ask('POST', 'dns/zones', { name, hosted });
      print(zoneId ?? `${name}: an empty zone`);
    });
}

function addTimeCommands({ program, print, ask }: Building): void {
  const timed = (name: string, about: string, act: (ms: number, text: string) => Promise<void>) =>
    program
      .command(name)
      .description(about)
      .argument(
        '<time>',
        'like 15m, 90s, 2h30m or 3d; 0s: at once',
        (text) => [parseDuration(text), text] as const,
      )
      .action(([ms, text]) => act(ms, text));
  timed('later', 'move its clock: what became due meanwhile is done', async (ms) => {
    const { now } = await ask('POST', 'clock/advance', { ms });
    print(`it is ${new Date(now).toISOString()} there`);
  });
  program
    .command('mailbox')
    .description('what was sent to topics, and to whom')
    .action(async () => {
      const mails: Mail[] = await ask('GET', 'mailbox');
      if (mails.length === 0) print('no mail yet');
      for (const mail of mails) print(formatMail(mail));
    });
  timed('ses', 'how long SES takes to look at DNS, and between its looks', async (delayMs, time) => {
    await ask('PUT', 'ses/pace', { delayMs });
    print(`SES looks after ${time}`);
  });
  const arrival = 'how long changes of roles, policies and tags take until they count';
  timed('arrival', arrival, async (delayMs, time) => {
    await ask('PUT', 'arrival', { delayMs });
    print(`changes of roles, policies and tags count after ${time}`);
  });
}

function addFaultCommands({ program, print, ask }: Building): void {
  program
    .command('fault')
    .description('let a call fail from now on, e.g. fault ses:GetEmailIdentity throttle')
    .argument('<operation>', 'service:Operation, or service:*', operationOf)
    .addArgument(new Argument('<kind>', 'how').choices(FAULTS))
    .option('--after <number>', 'let that many calls pass first', countOf)
    .option('--times <number>', 'for that many calls', countOf)
    .option('--everybody', "the operator's own calls too, not only the function's")
    .action(async (operation: string, kind: string, { after, times, everybody }) => {
      await ask('POST', 'faults', { operation, kind, skip: after, times, admin: everybody });
      print(`${operation}: ${kind}${times === undefined ? '' : `, ${times} times`}`);
    });
  program
    .command('heal')
    .description('end all faults')
    .action(async () => {
      await ask('DELETE', 'faults');
      print('all faults are ended');
    });
  program
    .command('calls')
    .description('the calls so far: operation, who, outcome')
    .action(async () => {
      for (const { service, operation, principal, outcome } of await ask('GET', 'calls'))
        print(`${service}:${operation}  ${principal.roleName ?? principal.type}  ${outcome}`);
    });
}

const collect = (value: string, before: string[]): string[] => [...before, value];

function countOf(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a number from 1.');
}

function operationOf(text: string): string {
  const [service = '', operation = ''] = text.split(':');
  const known = modelOf(service)?.operations;
  if (!known) throw new InvalidArgumentError(`The services are ${Object.keys(MODEL_FILES).join(', ')}.`);
  if (operation === '*' || known.has(operation)) return text;
  throw new InvalidArgumentError(`The operations of ${service} are ${[...known.keys()].join(', ')}.`);
}

const formatMail = ({ at, topic, to, subject, message }: Mail): string =>
  [
    `── ${new Date(at).toISOString()} ${topic} → ${to.length > 0 ? to.join(', ') : 'no subscribers'}`,
    ...(subject ? [subject] : []),
    message,
  ].join('\n');

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads a time like `15m`, `90s`, `2h30m` or `3d`, in milliseconds. @throws InvalidArgumentError */
function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new InvalidArgumentError('It is a time like 15m, 90s, 2h30m or 3d.');
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0);
}

import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { MODEL_FILES, modelOf } from '../../sandbox/wire/models';
import type { Mail } from '../practice/routes';
import { sandboxClient } from './client';
import { start } from './start';

export interface CliSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  print(line: string): void;
  /** Resolves when the person who started the sandbox asks it to end. */
  ended(): Promise<unknown>;
}

const FAULTS = ['throttle', 'error500', 'conflict', 'deny', 'hang', 'resetBefore', 'resetAfter'] as const;

/** The program to which commands are added, and their connection to the sandbox. */
interface Building {
  readonly program: Command;
  readonly print: CliSurroundings['print'];
  /** Sends a request to a path below the running sandbox's `controlUrl`. */
  ask(method: string, path: string, body?: unknown): Promise<any>;
}

/** Makes the program `sandbox`: it starts a sandbox, or controls one that runs in another terminal. */
export function createProgram({ environment, print, ended }: CliSurroundings): Command {
  const program = new Command('sandbox')
    .description('Runs a simulated AWS with its DNS, to practise in.')
    .showHelpAfterError();
  program
    .command('start', { isDefault: true })
    .description('start a sandbox and keep it up until Ctrl-C')
    .option('--zone <name>', 'a zone of its DNS server; repeat it for more zones', collect, [])
    .option('--region <name>', 'the region of the sandbox')
    .option('--provider <file>', 'use the real provider instead of the stand-in')
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
  const typed = new Option('--type <type>', 'type of the records')
    .choices(['TXT', 'MX', 'CNAME'])
    .default('TXT');
  program
    .command('publish <name> <text...>')
    .description('publish records at a name, replacing those of that type')
    .addOption(typed)
    .action((name, values, { type }) => publish(name, values, type, `${values.length} published`));
  program
    .command('withdraw <name>')
    .description("withdraw a name's records")
    .addOption(typed)
    .action((name, { type }) => publish(name, [], type, 'withdrawn'));
  program
    .command('zone <name>')
    .description('add an empty zone to the DNS server')
    .option('--route53', 'add it to Route 53 and print its id')
    .action(async (name: string, { route53: hosted = false }) => {
      const { zoneId } = await ask('POST', 'dns/zones', { name, hosted });
      print(zoneId ?? `${name}: added, without records`);
    });
}

function addTimeCommands({ program, print, ask }: Building): void {
  const timed = (name: string, about: string, act: (ms: number, text: string) => Promise<void>) =>
    program
      .command(name)
      .description(about)
      .argument(
        '<time>',
        'for example 15m, 90s, 2h30m or 3d; 0s for none',
        (text) => [parseDuration(text), text] as const,
      )
      .action(([ms, text]) => act(ms, text));
  timed('later', 'move the clock forward and run what becomes due', async (ms) => {
    const { now } = await ask('POST', 'clock/advance', { ms });
    print(`The sandbox's clock is at ${new Date(now).toISOString()}.`);
  });
  program
    .command('mailbox')
    .description('print the messages sent to topics, and their recipients')
    .action(async () => {
      const mails: Mail[] = await ask('GET', 'mailbox');
      if (mails.length === 0) print('No messages yet.');
      for (const mail of mails) print(formatMail(mail));
    });
  program
    .command('confirm <endpoint>')
    .description('confirm the subscriptions of a mail address, as the link in the message of each does')
    .action(async (endpoint: string) => {
      const { topics } = await ask('PUT', 'subscriptions/confirm', { endpoint });
      print(`${endpoint} has confirmed: ${topics.join(', ')}`);
    });
  timed('ses', 'set how long SES waits before it checks DNS, and between checks', async (delayMs, time) => {
    await ask('PUT', 'ses/pace', { delayMs });
    print(`SES checks DNS after ${time}.`);
  });
  program
    .command('sending')
    .description('set whether a domain that could send may send while SES verifies what was put since')
    .addArgument(
      new Argument('<meanwhile>', 'nobody has seen which AWS does').choices(['refused', 'allowed']),
    )
    .action(async (meanwhile: string) => {
      await ask('PUT', 'ses/sending', { meanwhile });
      print(`While SES verifies what was put since, mail is ${meanwhile}.`);
    });
  const arrival = 'set how long changes to roles, policies and tags take to become effective';
  timed('arrival', arrival, async (delayMs, time) => {
    await ask('PUT', 'arrival', { delayMs });
    print(`Changes to roles, policies and tags become effective after ${time}.`);
  });
}

function addFaultCommands({ program, print, ask }: Building): void {
  program
    .command('fault')
    .description('make a call fail from now on, e.g. fault ses:GetEmailIdentity throttle')
    .argument('<operation>', 'service:Operation, or service:*', operationOf)
    .addArgument(new Argument('<kind>', 'kind of failure').choices(FAULTS))
    .option('--after <number>', 'let this many calls pass first', countOf)
    .option('--times <number>', 'fail only this many calls', countOf)
    .option('--everybody', "also fail the operator's own calls, not only the function's")
    .action(async (operation: string, kind: string, { after, times, everybody }) => {
      await ask('POST', 'faults', { operation, kind, skip: after, times, admin: everybody });
      print(`${operation}: ${kind}${times === undefined ? '' : `, ${times} times`}`);
    });
  program
    .command('heal')
    .description('end all faults')
    .action(async () => {
      await ask('DELETE', 'faults');
      print('All faults have ended.');
    });
  program
    .command('calls')
    .description('list the calls so far: operation, caller, outcome')
    .action(async () => {
      for (const { service, operation, principal, outcome } of await ask('GET', 'calls'))
        print(`${service}:${operation}  ${principal.roleName ?? principal.type}  ${outcome}`);
    });
}

const collect = (value: string, before: string[]): string[] => [...before, value];

function countOf(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number, 1 or more.');
}

function operationOf(text: string): string {
  const [service = '', operation = ''] = text.split(':');
  const known = modelOf(service)?.operations;
  if (!known)
    throw new InvalidArgumentError(
      `Unknown service. Expected one of: ${Object.keys(MODEL_FILES).join(', ')}.`,
    );
  if (operation === '*' || known.has(operation)) return text;
  throw new InvalidArgumentError(
    `Unknown operation of ${service}. Expected one of: ${[...known.keys()].join(', ')}.`,
  );
}

const formatMail = ({ at, topic, to, subject, message }: Mail): string =>
  [
    `── ${new Date(at).toISOString()} ${topic} → ${to.length > 0 ? to.join(', ') : 'no confirmed subscriber'}`,
    ...(subject ? [subject] : []),
    message,
  ].join('\n');

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads a duration such as `15m`, `90s`, `2h30m` or `3d`, in milliseconds. @throws InvalidArgumentError */
function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new InvalidArgumentError('Expected a time such as 15m, 90s, 2h30m or 3d.');
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0);
}

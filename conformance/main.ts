/**
 * `npm run conformance -- --domain … [--hosted-zone …]`: the demo's story on a real account, leaving nothing behind.
 * It records what AWS answered, which the sandbox is held to.
 */
import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import pc from 'picocolors';
import { Narrator } from '../demo/narrator';
import { play } from '../demo/story';
import { DOMAIN_PATTERN, REGION_PATTERN } from '../handlers/contract';
import { type Clients, checkAccount, checkUnused, checkZone, openClients, Refused } from './account';
import { AccountStage, FUNCTION_NAME } from './account-stage';
import { clear, hasLeftovers } from './leftovers';
import { probe } from './probes';
import { PublishedRecords } from './published-records';
import { type Publisher, personPublisher, route53Publisher } from './publisher';
import { Recorder } from './recorder';
import { openSandboxAccount } from './sandbox-account';

interface Options {
  readonly domain: string;
  readonly region: string;
  readonly account?: string;
  readonly hostedZone?: string;
  readonly record: string;
  readonly sandbox?: boolean;
  readonly folder: string;
}

const program = new Command('conformance')
  .description(
    'The life of a domain on a real account, from nothing to signed mail and back, leaving nothing behind.',
  )
  .requiredOption('--domain <domain>', 'a domain, or a subdomain, that sends no mail')
  .option('--region <region>', 'the region', process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION)
  .option('--account <id>', 'refuse any other account')
  .option('--hosted-zone <id>', 'the Route 53 zone to publish in (default: a person publishes)')
  .option('--record <file>', 'where the recording goes', 'conformance-recording.json')
  .option(
    '--folder <folder>',
    'where list and state lie while it runs',
    path.join(homedir(), `.${FUNCTION_NAME}`),
  )
  .option('--sandbox', 'on the embedded sandbox, as CI does');

async function main(options: Options): Promise<void> {
  const { domain, region } = options;
  if (!DOMAIN_PATTERN.test(domain))
    throw new Refused(`${JSON.stringify(domain)} is no domain, such as test.example.com.`);
  if (!REGION_PATTERN.test(region ?? ''))
    throw new Refused('In which region? Say --region, or set AWS_REGION.');
  const account = options.sandbox ? await openSandboxAccount(domain, region) : undefined;
  try {
    await run(options, account);
  } finally {
    await account?.close();
  }
}

type SandboxAccount = Awaited<ReturnType<typeof openSandboxAccount>>;

async function run(options: Options, sandbox: SandboxAccount | undefined): Promise<void> {
  const { domain, region } = options;
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  let accountId = '';
  const recorder = new Recorder(() => ({ [domain]: 'example.com', [accountId]: '123456789012' }));
  const clients = openClients(region, recorder);
  accountId = await checkAccount(clients, options.account);
  if (options.hostedZone !== undefined) await checkZone(clients, options.hostedZone, domain);
  const folder = path.join(options.folder, `${accountId}-${region}-${domain}`);
  const later = sandbox?.later ?? ((minutes: number) => sleep(minutes * 60_000));
  const stage = new AccountStage({
    clients,
    account: accountId,
    region,
    domain,
    publisher: { publish: (...record) => publisher.publish(...record), clear: () => publisher.clear() },
    folder,
    environment: sandbox?.environment ?? { AWS_REGION: region, CI: '1' },
    cdktfFlags: sandbox?.cdktfFlags ?? [],
    gate: sandbox?.gate,
    later,
  });
  const publisher = publisherFor(options, sandbox, clients, new PublishedRecords(folder), say, later);

  if (hasLeftovers(folder)) {
    say(`An earlier run was interrupted; what it made is removed first (${folder}).`);
    await clear(stage, clients, publisher, folder, (text) => say(pc.dim(text)));
    throw new Refused('The earlier run is cleaned up. Say the same again to begin anew.');
  }
  await checkUnused(clients, domain);

  const narrator = new RecordedNarrator(recorder);
  try {
    await play(stage, narrator);
    await narrator.step('Ask what no document tells', async (show) => {
      for (const { question, answer } of await probe(clients, domain, stage.bucket))
        show(`${question} ${answer}`);
      return 'answered';
    });
  } finally {
    recorder.begin('clean up');
    say(`\n${pc.bold('Clean up')}`);
    await clear(stage, clients, publisher, folder, (text) => say(pc.dim(text)));
  }
  narrator.table();
  const recording = recorder.recording(region, sandbox ? 'sandbox' : 'aws', new Date());
  writeFileSync(options.record, `${JSON.stringify(recording, null, 1)}\n`);
  say(`Recorded ${recording.exchanges.length} answers in ${options.record}. Nothing is left behind.`);
}

class RecordedNarrator extends Narrator {
  constructor(private readonly recorder: Recorder) {
    super();
  }

  override step(title: string, work: Parameters<Narrator['step']>[1]): Promise<void> {
    this.recorder.begin(title);
    return super.step(title, work);
  }
}

function publisherFor(
  { hostedZone }: Options,
  sandbox: SandboxAccount | undefined,
  clients: Clients,
  records: PublishedRecords,
  say: (text: string) => void,
  later: (minutes: number) => Promise<void>,
): Publisher {
  if (hostedZone !== undefined) return route53Publisher(clients, hostedZone, records, later);
  if (sandbox) return sandbox.publisher;
  if (!process.stdin.isTTY)
    throw new Refused(
      'Nobody is at a terminal to publish records: name a Route 53 zone with --hosted-zone. Nothing was made.',
    );
  return personPublisher(say, ask);
}

async function ask(question: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    await terminal.question(question);
  } finally {
    terminal.close();
  }
}

program.parse();
main(program.opts<Options>()).catch((error: Error) => {
  console.error(error instanceof Refused ? error.message : error);
  process.exitCode = 1;
});

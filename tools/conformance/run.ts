import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pc from 'picocolors';
import { DOMAIN_PATTERN, REGION_PATTERN } from '../../handlers/contract/contract';
import { Narrator } from '../demo/narrator';
import { play } from '../demo/story';
import { type Clients, checkAccount, checkUnused, checkZone, openClients } from './account';
import { AccountStage } from './account-stage';
import { clear, hasLeftovers } from './leftovers';
import { probe, probeVerification, trailFinding } from './probes';
import { type Publisher, personPublisher, route53Publisher } from './publisher';
import { Recorder } from './recorder';
import { Refused } from './recording';
import type { openSandboxAccount } from './sandbox-account';

export interface RunOptions {
  readonly domain: string;
  readonly region?: string;
  /** Any other account is refused. */
  readonly account?: string;
  readonly hostedZone?: string;
  /** File that receives the recording. */
  readonly record: string;
  /** Folder for the list and the state during the run. */
  readonly folder: string;
}

/** The interaction with the person who started the run. */
export interface Person {
  say(text: string): void;
  /** Waits until the person has done their part. Absent without a terminal. */
  readonly ask?: (question: string) => Promise<void>;
}

export type SandboxAccount = Awaited<ReturnType<typeof openSandboxAccount>>;

/**
 * Plays the story on an account, from an empty state back to an empty one, and records it.
 * @throws Refused before anything is made, and after the remains of an interrupted run have been removed
 */
export async function run(options: RunOptions, person: Person, sandbox?: SandboxAccount): Promise<void> {
  const { domain, region = '' } = options;
  if (!DOMAIN_PATTERN.test(domain))
    throw new Refused(`${JSON.stringify(domain)} is no domain, such as test.example.com.`);
  if (!REGION_PATTERN.test(region)) throw new Refused('In which region? Say --region, or set AWS_REGION.');
  let accountId = '';
  const recorder = new Recorder(() => ({ [domain]: 'example.com', [accountId]: '123456789012' }));
  const dimly = (text: string) => person.say(pc.dim(text));
  const clients = openClients(region, recorder);
  const caller = await checkAccount(clients, options.account);
  accountId = caller.account;
  if (options.hostedZone !== undefined) await checkZone(clients, options.hostedZone, domain);
  const folder = path.join(options.folder, `${accountId}-${region}-${domain}`);
  const later = sandbox?.later ?? ((minutes: number) => sleep(minutes * 60_000));
  const stage = new AccountStage({
    clients,
    caller,
    region,
    domain,
    publisher: { publish: (...record) => publisher.publish(...record), clear: () => publisher.clear() },
    folder,
    environment: sandbox?.environment ?? { AWS_REGION: region },
    gate: sandbox?.gate,
    later,
  });
  const publisher = publisherFor(options, sandbox, clients, folder, person, later);

  if (hasLeftovers(folder)) {
    person.say(`An earlier run was interrupted; what it made is removed first (${folder}).`);
    await clear(stage, clients, publisher, folder, dimly);
    throw new Refused('The earlier run is cleaned up. Say the same again to begin anew.');
  }
  await checkUnused(clients, domain);

  const narrator = new RecordedNarrator(recorder);
  try {
    await narrator.step('Ask what SES verifies, also in two regions', async (show) => {
      const other = region === 'us-east-1' ? 'eu-west-1' : 'us-east-1';
      const regions = { [region]: clients, [other]: openClients(other, recorder) };
      const findings = await probeVerification({ regions, domain, publish: publisher.publish, later });
      for (const { question, answer } of findings) show(`${question} ${answer}`);
      return 'answered';
    });
    await play(stage, narrator);
    await narrator.step('Ask what no document tells', async (show) => {
      const findings = [...(await probe(clients, domain, stage.bucket)), trailFinding(region)];
      for (const { question, answer } of findings) show(`${question} ${answer}`);
      return 'answered';
    });
  } finally {
    recorder.begin('clean up');
    person.say(`\n${pc.bold('Clean up')}`);
    await clear(stage, clients, publisher, folder, dimly);
  }
  narrator.total();
  const recording = recorder.recording(region, sandbox ? 'sandbox' : 'aws', new Date());
  writeFileSync(options.record, `${JSON.stringify(recording, null, 1)}\n`);
  person.say(`Recorded ${recording.exchanges.length} answers in ${options.record}. Nothing is left behind.`);
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
  { hostedZone }: RunOptions,
  sandbox: SandboxAccount | undefined,
  clients: Clients,
  folder: string,
  { say, ask }: Person,
  later: (minutes: number) => Promise<void>,
): Publisher {
  if (hostedZone !== undefined) return route53Publisher(clients, hostedZone, folder, later);
  if (sandbox) return sandbox.publisher;
  if (!ask)
    throw new Refused(
      'No person is at a terminal to publish records: name a Route 53 zone with --hosted-zone. Nothing was made.',
    );
  return personPublisher(say, ask);
}

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pc from 'picocolors';
import { DOMAIN_PATTERN, REGION_PATTERN } from '../../handlers/contract/contract';
import { byodkim } from '../demo/byodkim';
import { Narrator } from '../demo/narrator';
import type { Stage } from '../demo/stage';
import { play } from '../demo/story';
import { type Caller, type Clients, checkAccount, checkUnused, checkZone, openClients } from './account';
import { AccountStage } from './account-stage';
import { clear, hasLeftovers, markBegun, type Traces } from './leftovers';
import { probe, probeVerification, trailFinding } from './probes';
import { type Publisher, personPublisher, route53Publisher } from './publisher';
import { Recorder } from './recorder';
import { type Finding, Refused, type SendingRow } from './recording';
import type { openSandboxAccount } from './sandbox-account';
import { probeSending, sendingFindings } from './sending';
import { probeExpression, probeSubscription, probeTags } from './side-probes';

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
  /** Aborted when the person interrupts the run. */
  readonly signal?: AbortSignal;
}

export type SandboxAccount = Awaited<ReturnType<typeof openSandboxAccount>>;

/**
 * Asks an account what no document says, plays the story on it, from an empty state back to an empty one, and records
 * the answers, also if it is interrupted.
 * @throws Refused before anything is made, after the remains of an interrupted run have been removed, and when this run
 * was interrupted and is cleaned up
 */
export async function run(options: RunOptions, person: Person, sandbox?: SandboxAccount): Promise<void> {
  const region = checkPlace(options);
  const { domain } = options;
  let accountId = '';
  const recorder = new Recorder(() => ({ [domain]: 'example.com', [accountId]: '123456789012' }));
  const clients = openClients(region, recorder);
  const caller = await checkAccount(clients, options.account);
  accountId = caller.account;
  if (options.hostedZone !== undefined) await checkZone(clients, options.hostedZone, domain);
  const traces = tracesOf({ options, person, sandbox, recorder, clients, caller, region });
  const { folder } = traces;
  if (hasLeftovers(folder)) {
    person.say(`An earlier run was interrupted; what it made is removed first (${folder}).`);
    await clear(traces);
    throw new Refused('The earlier run is cleaned up. Say the same again to begin anew.');
  }
  await checkUnused(clients, domain);

  markBegun(folder);
  const narrator = new RecordedNarrator(recorder, person.signal);
  try {
    await askAll({ traces, recorder, narrator, region, later: pauses(sandbox, person.signal), sandbox });
  } catch (error) {
    if (!person.signal?.aborted) throw error;
  } finally {
    recorder.begin('clean up');
    person.say(`\n${pc.bold('Clean up')}`);
    try {
      await clear(traces);
    } finally {
      const recording = recorder.recording(region, sandbox ? 'sandbox' : 'aws', new Date());
      writeFileSync(options.record, `${JSON.stringify(recording, null, 1)}\n`);
      person.say(`Recorded ${recording.exchanges.length} answers in ${options.record}.`);
    }
  }
  if (person.signal?.aborted)
    throw new Refused('Interrupted. Nothing is left behind, and the recording has the answers until then.');
  narrator.total();
  person.say('Nothing is left behind.');
}

/** Returns the region. @throws Refused unless domain and region can be ones */
function checkPlace({ domain, region = '' }: RunOptions): string {
  if (!DOMAIN_PATTERN.test(domain))
    throw new Refused(`${JSON.stringify(domain)} is no domain, such as test.example.com.`);
  if (!REGION_PATTERN.test(region)) throw new Refused('In which region? Say --region, or set AWS_REGION.');
  return region;
}

/** Returns what waits for some minutes, and throws once the person interrupts. */
function pauses(sandbox: SandboxAccount | undefined, signal?: AbortSignal) {
  return async (minutes: number): Promise<void> => {
    signal?.throwIfAborted();
    await (sandbox?.later(minutes) ?? sleep(minutes * 60_000, undefined, { signal }));
  };
}

interface Opened {
  readonly options: RunOptions;
  readonly person: Person;
  readonly sandbox: SandboxAccount | undefined;
  readonly recorder: Recorder;
  readonly clients: Clients;
  readonly caller: Caller;
  readonly region: string;
}

/** Opens what a run makes things with. Nothing is made yet. */
function tracesOf({ options, person, sandbox, recorder, clients, caller, region }: Opened): Traces {
  const { domain } = options;
  const folder = path.join(options.folder, `${caller.account}-${region}-${domain}`);
  const stage = new AccountStage({
    clients,
    caller,
    region,
    domain,
    publisher: { publish: (...record) => publisher.publish(...record), clear: () => publisher.clear() },
    folder,
    environment: sandbox?.environment ?? { AWS_REGION: region },
    gate: sandbox?.gate,
    later: pauses(sandbox, person.signal),
  });
  // An interrupt does not keep it from withdrawing its records.
  const publisher = publisherFor(options, sandbox, clients, folder, person, pauses(sandbox));
  return {
    stage,
    clients,
    caller,
    otherClients: openClients(otherThan(region), recorder),
    publisher,
    folder,
    show: (text) => person.say(pc.dim(text)),
  };
}

const otherThan = (region: string): string => (region === 'us-east-1' ? 'eu-west-1' : 'us-east-1');

interface Asked {
  readonly traces: Traces;
  readonly recorder: Recorder;
  readonly narrator: Narrator;
  readonly region: string;
  readonly later: (minutes: number) => Promise<void>;
  readonly sandbox: SandboxAccount | undefined;
}

/** Asks all questions, the most important ones first, since the person may run out of time. */
async function askAll({ traces, recorder, narrator, region, later, sandbox }: Asked): Promise<void> {
  const { stage, clients, caller, otherClients, publisher } = traces;
  const { domain } = stage;
  const { publish } = publisher;
  const now = sandbox?.now ?? Date.now;
  const ask = (title: string, questions: () => Promise<readonly Finding[]>) =>
    narrator.step(title, async (show) => {
      for (const finding of await questions()) {
        recorder.found(finding);
        show(`${finding.question} ${finding.answer}`);
      }
      return 'answered';
    });
  await ask('Send mail while SES verifies', async () => {
    const rows: SendingRow[] = [];
    const keep = (row: SendingRow): void => {
      rows.push(row);
      recorder.saw(row);
    };
    sandbox?.slowDown(2);
    try {
      await probeSending({ ses: clients.ses, domain, publish, later, now }, keep);
    } finally {
      sandbox?.slowDown(0);
    }
    return sendingFindings(rows);
  });
  const side = { clients, caller, region, domain, later, now };
  await ask('Ask IAM, SNS and CloudWatch', async () => [
    ...(await probeTags(side)),
    await probeSubscription(side),
    await probeExpression(side),
  ]);
  await play(stage, narrator);
  await ask('Apply twice within seconds', async () => [await probeSecondApply(stage)]);
  await ask('Ask what SES verifies, also in two regions', () =>
    probeVerification({
      regions: { [region]: clients, [otherThan(region)]: otherClients },
      domain,
      publish,
      later,
    }),
  );
  await ask('Ask what no document tells', async () => [
    ...(await probe(clients, domain, stage.bucket)),
    trailFinding(region),
  ]);
}

/** Deploys the domain, and at once again. */
async function probeSecondApply(stage: Stage): Promise<Finding> {
  const said: string[] = [];
  for (const _ of ['first', 'second']) {
    const { exitCode, output } = await byodkim(stage, ['deploy', stage.domain, '--wait', '0'], () => {});
    const [line = 'nothing'] = output
      .split('\n')
      .filter((each) => each.includes(stage.domain))
      .slice(-1);
    said.push(`${line.trim()} (exit code ${exitCode})`);
  }
  return { question: 'What does a second apply within seconds see?', answer: said.join('; then: ') };
}

class RecordedNarrator extends Narrator {
  constructor(
    private readonly recorder: Recorder,
    private readonly signal: AbortSignal | undefined,
  ) {
    super();
  }

  override async step(title: string, work: Parameters<Narrator['step']>[1]): Promise<void> {
    this.signal?.throwIfAborted();
    this.recorder.begin(title);
    await super.step(title, work);
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

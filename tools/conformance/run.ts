import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pc from 'picocolors';
import { DOMAIN_PATTERN, REGION_PATTERN } from '../../handlers/contract/contract';
import {
  type Caller,
  type Clients,
  checkAccount,
  checkUnused,
  checkZone,
  openClients,
  otherRegion,
} from './account';
import { AccountStage } from './account-stage';
import { clear, hasLeftovers, markBegun, type Traces } from './leftovers';
import { type Publisher, personPublisher, route53Publisher } from './publisher';
import { askAll } from './questions';
import { RecordedNarrator } from './recorded-narrator';
import { Recorder } from './recorder';
import { Refused } from './recording';
import type { SandboxAccount } from './sandbox-account';

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

/**
 * Asks an account what no document says, plays the story on it, from an empty state back to an empty one, and records
 * the answers, also if it is interrupted.
 * @throws Refused before anything is made, after the remains of an interrupted run have been removed, and when this run
 * was interrupted or a step failed, and it is cleaned up
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
    throw new Refused('The earlier run is cleaned up. Run the same command again to begin anew.');
  }
  await checkUnused(clients, domain);

  markBegun(folder);
  const keep = (): number => {
    const recording = recorder.recording(region, sandbox ? 'sandbox' : 'aws', new Date());
    writeFileSync(options.record, `${JSON.stringify(recording, null, 1)}\n`);
    return recording.exchanges.length;
  };
  const narrator = new RecordedNarrator(recorder, keep, person.signal);
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
      person.say(`Recorded ${keep()} answers in ${options.record}.`);
    }
  }
  if (person.signal?.aborted)
    throw new Refused('Interrupted. Nothing is left behind, and the recording has the answers until then.');
  narrator.total();
  person.say('Nothing is left behind.');
  if (narrator.failed.length > 0)
    throw new Refused(`Failed: ${narrator.failed.join('; ')}. ${options.record} has the reasons.`);
}

/** Returns the region. @throws Refused unless domain and region can be ones */
function checkPlace({ domain, region = '' }: RunOptions): string {
  if (!DOMAIN_PATTERN.test(domain))
    throw new Refused(`${JSON.stringify(domain)} is no domain, such as test.example.com.`);
  if (!REGION_PATTERN.test(region)) throw new Refused('In which region? Pass --region, or set AWS_REGION.');
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
    otherClients: openClients(otherRegion(region), recorder),
    publisher,
    folder,
    show: (text) => person.say(pc.dim(text)),
  };
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

/**
 * The proof in DNS. A round asks all servers of the record (`lookup`), then resolvers (`gather`), and concludes.
 *
 * `lookup` searches the servers of the name and of its aliases' targets: `search` asks them, with the help of resolvers
 * (`directory`); `found` decides which of them count. Every question goes through `ask`, which sends it once; `exchange`
 * transports it, and `codec` encodes it. `answer` reads the replies, `conclude` decides, `hints` searches for records that are
 * published by mistake, and `outcome` makes the result.
 */

import type { Clock } from '../clock';
import { recordName } from '../contract/contract';
import { withVerdict } from '../dns-verdicts';
import type { GateOutcome } from '../words/gate';
import type { Content } from './answer';
import { type DnsWorld, Round } from './ask';
import {
  type GateRequest,
  judgeRecord,
  judgeServers,
  publicationFailure,
  type RoundEvidence,
} from './conclude';
import { type GivenServers, readServers } from './endpoint';
import { findHints } from './hints';
import { askRecursively, askZone, type Lookup } from './lookup';
import { gateOutcome } from './outcome';

export interface GateWorld extends DnsWorld {
  readonly clock: Clock;
}

/** Stands for the zone in recursive mode, which does not ask its servers. */
const NO_ZONE: Lookup = { servers: [], hosts: [], limits: [], staleDelegations: [] };

/**
 * Asks all servers of the zone and, if they have the record, the resolvers. If they do not, the last round searches for it
 * elsewhere.
 */
async function gather(
  round: Round,
  request: GateRequest,
  servers: GivenServers,
  isLast: boolean,
): Promise<RoundEvidence> {
  const { mode, domain, selector, expected } = request;
  const name = recordName(domain, selector);
  const question = { name: name.toLowerCase(), type: 'TXT' } as const;
  const isOfZone = mode === 'authoritative';
  const zone = isOfZone ? await askZone(round, question, servers) : NO_ZONE;
  const published = judgeServers(zone.servers, expected);
  const evidence: RoundEvidence = {
    ...zone,
    ...published,
    request,
    recordName: name,
    wasMissing: withVerdict(published.servers, 'missing').length > 0,
    hints: [],
  };
  if (isOfZone && publicationFailure(evidence)) return isLast ? findHints(round, evidence) : evidence;
  // Resolvers are asked only now that the zone's servers agree, since they remember that a record was missing.
  const isRecord = (content: Content): boolean => judgeRecord(content, expected).verdict === 'ready';
  const found = await askRecursively(round, question, servers.resolvers, {
    isRecord,
    isEachHeard: !isOfZone,
  });
  const seen = judgeServers(found, expected);
  const warnings = [...published.warnings, ...seen.warnings];
  return {
    ...evidence,
    servers: [...published.servers, ...seen.servers],
    warnings,
    limits: [...round.exceeded],
  };
}

/**
 * Proves that every server of the zone publishes the DKIM record of the given key, or returns the problem. Repeats for at most
 * `waitSeconds`. Changes nothing anywhere.
 *
 * @returns the outcome as data, ready or not; `gateError` converts it to an error
 * @throws ByodkimError VALIDATION_ERROR for a malformed list of servers; the signal's reason if it is aborted
 */
export async function proveRecord(request: GateRequest, world: GateWorld): Promise<GateOutcome> {
  const servers = readServers(request, world);
  let wasMissing = false;
  let absenceSeconds: number | undefined;
  return untilReady(request.waitSeconds, world, async (rounds, isLast) => {
    const round = new Round(world);
    const evidence = await round.run(() => gather(round, request, servers, isLast));
    wasMissing ||= evidence.wasMissing;
    // Servers that have the record need not return the time for which resolvers remember that it was missing.
    absenceSeconds = evidence.absenceSeconds ?? absenceSeconds;
    return gateOutcome({ ...evidence, wasMissing, absenceSeconds }, rounds);
  });
}

/** Pauses between rounds are short at first, since a zone transfer takes seconds, then longer. */
const FIRST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 15;

/** No round begins with less time left, since a round that is cut short knows less than the one before it. */
const ROUND_MS = 4000;

/**
 * Repeats a check until it is ready, for at most `waitSeconds`.
 * @param check receives the number of the round, and whether it is the last one
 */
export async function untilReady<T extends { readonly ready: boolean }>(
  waitSeconds: number,
  world: { readonly clock: Clock; readonly signal?: AbortSignal; remainingMs(): number },
  check: (round: number, isLast: boolean) => Promise<T>,
): Promise<T> {
  const { clock, signal } = world;
  const until = clock.now() + waitSeconds * 1000;
  const leftMs = (): number => Math.min(until - clock.now(), world.remainingMs() - ROUND_MS);
  let pauseSeconds = FIRST_PAUSE_SECONDS;
  for (let round = 1; ; round += 1) {
    const outcome = await check(round, leftMs() <= 0);
    const left = leftMs();
    if (outcome.ready || left <= 0) return outcome;
    await clock.sleep(Math.min(pauseSeconds * 1000, left), signal);
    pauseSeconds = Math.min(pauseSeconds * 1.5, LONGEST_PAUSE_SECONDS);
  }
}

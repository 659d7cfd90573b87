/**
 * The proof in DNS. One round is `checkOnce`: discover the servers of the record and ask all of them (`lookup`), then ask
 * resolvers, conclude.
 *
 * `lookup` has servers found and asked wave by wave, by `discover` with the help of resolvers (`directory`); `search` is what
 * has been found. Every question goes through `ask`, which sends it once; `exchange` carries it, `codec` is its octets.
 * `answer` reads what comes back, `conclude` decides, `hints` says where a missing record may be, `wording` words it.
 */
import type { Clock } from '../clock';
import { type GateSettings, recordName, recordValue } from '../contract';
import type { RsaPublicKey } from '../key/public-key';
import type { Content } from './answer';
import { Memory, Round } from './ask';
import { type Evidence, isProved, judge, judgeServers, withRole, withVerdict } from './conclude';
import { type GivenServers, readServers } from './endpoint';
import { createExchange, type Exchange } from './exchange';
import { findHints, randomLabel } from './hints';
import { LIMITS } from './limits';
import { askRecursively, askZone, type DnsWorld, type Lookup } from './lookup';
import type { GateOutcome, Role } from './outcome';
import { conclude } from './wording';

export interface GateRequest extends GateSettings {
  /** In A-labels, lower case, without a trailing dot. */
  readonly domain: string;
  readonly selector: string;
  /** The public half of the key that SES will sign with. */
  readonly expected: RsaPublicKey;
  readonly mode: Role;
  /** How long to repeat while the record is not there; 0 asks once. */
  readonly waitSeconds: number;
}

export interface GateWorld extends DnsWorld {
  readonly clock: Clock;
  /** A label that nobody has published. @default a random one */
  readonly randomLabel?: () => string;
}

/** What all rounds of a proof share. */
interface Checking {
  readonly request: GateRequest;
  readonly world: GateWorld;
  readonly servers: GivenServers;
  readonly exchange: Exchange;
  readonly memory: Memory;
  /** Whether some server had no record in a round. */
  wasMissing: boolean;
}

/** The zone in recursive mode: nobody asks for it. */
const NO_ZONE: Lookup = { servers: [], hosts: [], limits: [], disagreements: [] };

/** Finds the servers of the zone and asks all of them, asks resolvers, and concludes. */
async function checkOnce(checking: Checking, rounds: number, isLast: boolean): Promise<GateOutcome> {
  const { request, world, servers, exchange, memory } = checking;
  const { mode, domain, selector, expected, strict = false } = request;
  const name = recordName(domain, selector);
  const question = { name: name.toLowerCase(), type: 'TXT' } as const;
  const round = new Round(exchange, memory, world.graceMs);
  return round.run(Math.min(LIMITS.roundMs, world.remainingMs()), world.signal, async () => {
    const isOfZone = mode === 'authoritative';
    const zone = isOfZone ? await askZone(round, question, servers, world) : NO_ZONE;
    const published = judgeServers(zone.servers, expected);
    const missing = withVerdict(withRole(published.servers, 'authoritative'), 'missing');
    checking.wasMissing ||= missing.length > 0;
    const evidence: Evidence = {
      ...zone,
      ...published,
      mode,
      strict,
      recordName: name,
      domain,
      expectedFingerprint: expected.fingerprint,
      expectedValue: recordValue(expected.spki),
      resolversGiven: request.resolvers !== undefined,
      wasMissing: checking.wasMissing,
      hints: [],
    };
    if (isOfZone && !isProved(evidence)) {
      if (!isLast) return conclude(evidence, rounds);
      const label = (world.randomLabel ?? randomLabel)();
      return conclude(await findHints(round, evidence, selector, label), rounds);
    }
    // Resolvers remember what was not there: they are asked only now that the zone's servers agree.
    const isRecord = (content: Content): boolean => judge(content, expected).verdict === 'ready';
    const isEnough = (content: Content): boolean => isOfZone && isRecord(content);
    const found = await askRecursively(round, question, servers.resolvers, { isRecord, isEnough });
    const seen = judgeServers(found.servers, expected);
    return conclude(
      {
        ...evidence,
        servers: [...published.servers, ...seen.servers],
        warnings: [...published.warnings, ...seen.warnings],
        limits: found.limits,
      },
      rounds,
    );
  });
}

/**
 * Proves that every server of the zone publishes the DKIM record of the given key, or returns what is missing. Repeats for
 * `waitSeconds` at most. Changes nothing anywhere.
 *
 * @returns the outcome as data, ready or not; `gateError` makes an error of it
 * @throws ByodkimError VALIDATION_ERROR for a malformed list of servers; the signal's reason when it is aborted
 */
export async function proveRecord(request: GateRequest, world: GateWorld): Promise<GateOutcome> {
  const checking: Checking = {
    request,
    world,
    servers: readServers(request, world),
    exchange: world.exchange ?? createExchange(),
    memory: new Memory(),
    wasMissing: false,
  };
  return untilReady(request.waitSeconds, world, (rounds, isLast) => checkOnce(checking, rounds, isLast));
}

/** Between rounds: short at first, since a zone transfer takes seconds, then longer. */
const FIRST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 15;

/** No round begins with less time left: one that is cut short knows less than the one before it. */
const ROUND_MS = 4000;

/**
 * Repeats a check until it is ready, for `waitSeconds` at most.
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

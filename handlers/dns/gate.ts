/**
 * The proof in DNS. One round is `checkOnce`: find the servers of the zone and of those that aliases lead to, and ask all
 * of them (`lookup`, `discover`), ask resolvers (`resolvers`), conclude. Questions go through a `round`, which sends each
 * once; `exchange` and `transport` send one, `message` and `wire` are its octets. `answer`, `server-answer` and `record`
 * read what comes back, `judge` and `conclusion` decide, `wording` puts it into words.
 */
import type { Clock } from '../clock';
import { type GateSettings, recordName, recordValue } from '../contract';
import type { RsaPublicKey } from '../key/public-key';
import { type Findings, isProved, withRole, withVerdict } from './conclusion';
import { readServers, type Servers } from './endpoint';
import { createExchange, type Exchange } from './exchange';
import { findHints, randomLabel } from './hints';
import { createJudge, judgeServers } from './judge';
import { LIMITS } from './limits';
import { askRecursively, askZone, type DnsWorld, type Lookup } from './lookup';
import type { GateOutcome, Role } from './outcome';
import { untilReady } from './repeat';
import { Memory, Round } from './round';
import type { Content } from './server-answer';
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

/** What all rounds of a proof have in common. */
interface Proof {
  readonly request: GateRequest;
  readonly world: GateWorld;
  readonly servers: Servers;
  readonly exchange: Exchange;
  readonly judge: ReturnType<typeof createJudge>;
  readonly memory: Memory;
}

/** The zone in recursive mode: nobody asks for it. */
const NO_ZONE: Lookup = { servers: [], hosts: [], limits: [], disagreements: [] };

/** Finds the servers of the zone and asks all of them, asks resolvers, and concludes. */
const checkOnce = async (proof: Proof, rounds: number, isLast: boolean): Promise<GateOutcome> => {
  const { request, world, servers, exchange, judge, memory } = proof;
  const { mode, domain, selector, expected, strict = false } = request;
  const name = recordName(domain, selector);
  const question = { name: name.toLowerCase(), type: 'TXT' } as const;
  const round = new Round(exchange, memory, world.grace);
  return round.run(Math.min(LIMITS.roundMs, world.remainingMs()), world.signal, async () => {
    const isOfZone = mode === 'authoritative';
    const zone = isOfZone ? await askZone(round, question, servers, world) : NO_ZONE;
    const published = judgeServers(zone.servers, judge);
    const missing = withVerdict(withRole(published.servers, 'authoritative'), 'missing');
    memory.wasMissing ||= missing.length > 0;
    const findings: Findings = {
      ...zone,
      ...published,
      mode,
      strict,
      recordName: name,
      domain,
      expectedFingerprint: expected.fingerprint,
      expectedValue: recordValue(expected.spki),
      resolversGiven: request.resolvers !== undefined,
      wasMissing: memory.wasMissing,
      hints: [],
    };
    if (isOfZone && !isProved(findings)) {
      if (!isLast) return conclude(findings, rounds);
      const label = (world.randomLabel ?? randomLabel)();
      return conclude(await findHints(round, findings, selector, label), rounds);
    }
    // Resolvers remember what was not there: they are asked only now that the zone's servers agree.
    const isRecord = (content: Content): boolean => judge(content).verdict === 'ready';
    const isEnough = (content: Content): boolean => isOfZone && isRecord(content);
    const found = await askRecursively(round, question, servers.resolvers, { isRecord, isEnough });
    const seen = judgeServers(found.servers, judge);
    return conclude(
      {
        ...findings,
        servers: [...published.servers, ...seen.servers],
        warnings: [...published.warnings, ...seen.warnings],
        limits: found.limits,
      },
      rounds,
    );
  });
};

/**
 * Proves that every server of the zone publishes the DKIM record of the given key, or returns what is missing. Repeats for
 * `waitSeconds` at most. Changes nothing anywhere.
 *
 * @returns the outcome as data, ready or not; `gateError` makes an error of it
 * @throws ByodkimError VALIDATION_ERROR for a malformed list of servers; the signal's reason when it is aborted
 */
export const proveRecord = async (request: GateRequest, world: GateWorld): Promise<GateOutcome> => {
  const proof: Proof = {
    request,
    world,
    servers: readServers(request, world),
    exchange: world.exchange ?? createExchange(),
    judge: createJudge(request.expected),
    memory: new Memory(),
  };
  return untilReady(request.waitSeconds, world, (rounds, isLast) => checkOnce(proof, rounds, isLast));
};

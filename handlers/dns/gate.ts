/**
 * The proof in DNS. One round is `checkOnce`: find the servers of the zone and of those that aliases lead to, and ask all of
 * them (`lookup`, `discover`), ask resolvers (`resolvers`), conclude. Questions go through a `round`, which sends each once; `exchange` and `transport` send one, `message` and `wire` are its octets. `answer` and `record` read what comes
 * back, `judge` and `conclusion` decide, `wording` puts it into words.
 */
import type { Clock } from '../clock';
import { type GateSettings, recordName, recordValue } from '../contract';
import type { RsaPublicKey } from '../key/public-key';
import { type Findings, isProved, withRole, withVerdict } from './conclusion';
import { readServers, type Servers } from './endpoint';
import { createExchange, type Exchange } from './exchange';
import { findHints, withoutWildcard } from './hints';
import { createJudge, judgeFindings } from './judge';
import { LIMITS } from './limits';
import { askZone, type DnsWorld, type ZoneAnswers } from './lookup';
import type { GateOutcome, Role } from './outcome';
import { askResolvers } from './resolvers';
import { Memory, Round } from './round';
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

/** Between rounds: short at first, since a zone transfer takes seconds, then longer. */
const FIRST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 15;

/** No round begins with less time left: one that is cut short knows less than the one before it. */
const ROUND_MS = 4000;

/** What all rounds of a proof have in common. */
interface Proof {
  readonly request: GateRequest;
  readonly world: GateWorld;
  readonly servers: Servers;
  readonly exchange: Exchange;
  readonly judge: ReturnType<typeof createJudge>;
  readonly memory: Memory;
}

type Judged = Pick<Findings, 'servers' | 'warnings'>;

/** In recursive mode. */
const NO_ZONE: ZoneAnswers = { names: new Map(), hosts: [], limits: [], disagreements: [] };

/** Finds the servers of the zone and asks all of them, asks resolvers, and concludes. */
const checkOnce = async (proof: Proof, rounds: number, isLast: boolean): Promise<GateOutcome> => {
  const { request, world, servers, exchange, judge, memory } = proof;
  const { mode, domain, selector, expected, strict = false } = request;
  const name = recordName(domain, selector);
  const question = { name: name.toLowerCase(), type: 'TXT' } as const;
  const round = new Round(exchange, memory, world.grace);
  return round.run(Math.min(LIMITS.roundMs, world.remainingMs()), world.signal, async () => {
    const zone = mode === 'authoritative' ? await askZone(round, question, servers, world) : NO_ZONE;
    const published = judgeFindings(zone.names, 'authoritative', judge);
    const findings = (judged: Judged, hints: readonly string[] = []): Findings => {
      memory.wasMissing ||= withVerdict(withRole(judged.servers, 'authoritative'), 'missing').length > 0;
      return {
        ...zone,
        ...judged,
        mode,
        strict,
        recordName: name,
        domain,
        expectedFingerprint: expected.fingerprint,
        expectedValue: recordValue(expected.spki),
        resolversGiven: request.resolvers !== undefined,
        wasMissing: memory.wasMissing,
        limits: [...round.exceeded],
        hints,
      };
    };
    if (mode === 'authoritative' && !isProved(findings(published))) {
      if (!isLast) return conclude(findings(published), rounds);
      const own = zone.names.get(question.name)?.findings ?? [];
      const place = { recordName: name, domain, selector };
      const hints = await findHints(round, place, own, published.servers, world.randomLabel?.());
      const judged = hints.isWildcard ? published.servers.map(withoutWildcard) : published.servers;
      return conclude(findings({ ...published, servers: judged }, hints.sentences), rounds);
    }
    // Resolvers remember what was not there: they are asked only now that the zone's servers agree.
    const isOneEnough = mode === 'authoritative';
    const answers = await askResolvers(round, servers.resolvers, question, { judge, isOneEnough });
    const seen = judgeFindings(new Map([[question.name, { findings: answers }]]), 'recursive', judge);
    return conclude(
      findings({
        servers: [...published.servers, ...seen.servers],
        warnings: [...published.warnings, ...seen.warnings],
      }),
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
  const { clock, signal } = world;
  const until = clock.now() + request.waitSeconds * 1000;
  const leftMs = (): number => Math.min(until - clock.now(), world.remainingMs() - ROUND_MS);
  let pauseSeconds = FIRST_PAUSE_SECONDS;
  for (let rounds = 1; ; rounds += 1) {
    const outcome = await checkOnce(proof, rounds, leftMs() <= 0);
    const left = leftMs();
    if (outcome.ready || left <= 0) return outcome;
    await clock.sleep(Math.min(pauseSeconds * 1000, left), signal);
    pauseSeconds = Math.min(pauseSeconds * 1.5, LONGEST_PAUSE_SECONDS);
  }
};

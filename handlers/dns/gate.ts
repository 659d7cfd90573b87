/**
 * The proof in DNS. One round is `checkOnce`: find the servers of the zone (`discover`), ask all of them, and those of the
 * zones that aliases lead to (`explore`), ask resolvers (`resolvers`), conclude. Questions go through a `round`, which sends each
 * once; `exchange` and `transport` send one, `message` and `wire` are its octets. `answer` and `record` read what comes
 * back, `judge` and `conclusion` decide, `wording` puts it into words.
 */
import type { Clock } from '../clock';
import { type GateSettings, recordName, recordValue } from '../contract';
import type { RsaPublicKey } from '../key/public-key';
import { type Found, isProved } from './conclusion';
import { hasIPv6, type Loopback, readServers, type Servers } from './endpoint';
import { createExchange, type Exchange } from './exchange';
import { explore } from './explore';
import { findHints, NO_HINTS, withoutWildcard } from './hints';
import { createJudge, judgeFindings } from './judge';
import { LIMITS } from './limits';
import type { GateOutcome, Role } from './outcome';
import { askResolvers, ResolverLookup } from './resolvers';
import { type Grace, Memory, Round } from './round';
import { conclude } from './wording';

export interface GateRequest extends GateSettings {
  /** In A-labels, lower case, without a trailing dot. */
  readonly domain: string;
  readonly selector: string;
  /** The public half of the key that SES is to sign with. */
  readonly expected: RsaPublicKey;
  readonly mode: Role;
  /** How long to repeat while the record is not there; 0 asks once. */
  readonly waitSeconds: number;
}

export interface GateWorld {
  readonly clock: Clock;
  /** Milliseconds that the gate may still use; the share of what comes after the gate is already taken off. */
  remainingMs(): number;
  /** Ends the proof: `proveRecord` then rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Port of discovered servers, and of listed ones without a port. @default 53 */
  readonly dnsPort?: number;
  /** How one question is asked. @default UDP and TCP sockets, HTTPS */
  readonly exchange?: Exchange;
  /** How long an optional answer is waited for when the rest is done. @default a quarter of a second at most */
  readonly grace?: Grace;
  /** The machine's own resolvers, for where none are given. @default those of `node:dns` */
  readonly systemResolvers?: () => readonly string[];
  /** Whether IPv6 servers can be reached; where not, a server's IPv6 addresses are asked only if it has no others. @default as the machine has addresses */
  readonly hasIPv6?: () => boolean;
  /** A label that nobody has published. @default a random one */
  readonly randomLabel?: () => string;
  /** Whether servers on this machine and its link may be asked. @default refused */
  readonly loopback?: Loopback;
}

/** Between rounds: short at first, since a zone transfer takes seconds, then longer. */
const FIRST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 15;

/** A round that is cut short knows less than the one before it: none is begun with less than this left. */
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

/** Finds the servers, asks all of them, asks resolvers, and concludes. */
const checkOnce = async (proof: Proof, rounds: number, isLast: boolean): Promise<GateOutcome> => {
  const { request, world, servers, judge, memory } = proof;
  const { mode, domain, selector, expected, strict = false } = request;
  const round = new Round(proof.exchange, memory, world.grace);
  const name = recordName(domain, selector);
  return round.run(Math.min(LIMITS.roundMs, world.remainingMs()), world.signal, async () => {
    const published = mode === 'authoritative' ? await askZone(proof, round, isLast) : NOTHING;
    memory.wasMissing ||= published.servers.some(({ verdict }) => verdict === 'missing');
    const findings = {
      mode,
      strict,
      recordName: name,
      domain,
      expectedFingerprint: expected.fingerprint,
      expectedValue: recordValue(expected.spki),
      resolversGiven: request.resolvers !== undefined,
      ...published,
      wasMissing: memory.wasMissing,
    };
    // Resolvers remember what was not there: in authoritative mode they are asked only when the zone's servers agree.
    if (servers.resolvers.length === 0 || (mode === 'authoritative' && !isProved(findings)))
      return conclude(findings, rounds);
    // Names are the same in capitals; here they are compared as text.
    const asked = name.toLowerCase();
    const isOneEnough = mode === 'authoritative';
    const answers = await askResolvers(round, servers.resolvers, asked, judge, isOneEnough);
    const seen = judgeFindings(new Map([[asked, { findings: answers }]]), 'recursive', judge);
    return conclude(
      {
        ...findings,
        servers: [...findings.servers, ...seen.servers],
        limits: [...round.exceeded],
        warnings: [...new Set([...findings.warnings, ...seen.warnings])],
      },
      rounds,
    );
  });
};

const NOTHING: Found = {
  servers: [],
  hosts: [],
  limits: [],
  disagreements: [],
  hints: [],
  warnings: [],
};

/** Asks every server of the record's zone, and looks where the record may be instead if it is not there. */
const askZone = async (proof: Proof, round: Round, isLast: boolean): Promise<Found> => {
  const { request, world, judge } = proof;
  const { nameservers, resolvers } = proof.servers;
  const name = recordName(request.domain, request.selector);
  const names = await explore(
    {
      round,
      lookup: new ResolverLookup(round, resolvers, (world.hasIPv6 ?? hasIPv6)()),
      port: world.dnsPort ?? 53,
      loopback: world.loopback ?? 'refused',
      referrals: new Map(),
      nameservers,
      canDiscover: resolvers.length > 0,
    },
    name.toLowerCase(),
  );
  const [own] = names.values();
  const { servers, warnings } = judgeFindings(names, 'authoritative', judge);
  const place = { recordName: name, domain: request.domain, selector: request.selector };
  const hints = isLast
    ? await findHints(round, place, own?.findings ?? [], servers, world.randomLabel?.())
    : NO_HINTS;
  const absences = [...names.values()].flatMap(({ absenceSeconds }) => absenceSeconds ?? []);
  return {
    zone: own?.zone,
    servers: hints.isWildcard ? servers.map(withoutWildcard) : servers,
    hosts: [...names].flatMap(([askedFor, { hosts }], at) =>
      hosts.map((host) => ({ ...host, askedFor: at > 0 ? askedFor : undefined })),
    ),
    limits: [...round.exceeded],
    problem:
      own?.findings.length === 0 ? (own.problem ?? 'time was up before anybody had answered.') : undefined,
    disagreements: [...names.values()].flatMap(({ disagreement }) => disagreement ?? []),
    absenceSeconds: absences.length > 0 ? Math.max(...absences) : undefined,
    hints: hints.sentences,
    warnings,
  };
};

/**
 * Proves that the DKIM record is published on every server of its zone and of the key given, or says what is missing.
 * Asks again until it is, for `waitSeconds` at most. Nothing is changed anywhere.
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

/**
 * The proof in DNS, and the way through this folder. The gate makes rounds (`round`), until what is found is enough or the
 * time is up. A round looks for the record's name and for those that aliases lead to (`aliases`), for each down to the
 * servers of its zone (`name-search`, `zone`, `resolvers`); asks one of them what one can tell (`inquiry`), and all of their
 * addresses for the record. A question goes out once (`exchange`, `transport`), in octets (`message`, `wire`).
 * What comes back is read and judged (`answer`, `record`); what was found of all names is concluded (`conclusion`), put into
 * words (`wording`), and is the `outcome`.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock';
import { type GateSettings, recordName, recordValue } from '../contract';
import type { RsaPublicKey } from '../key/public-key';
import { Exploration, judgeFindings } from './aliases';
import { createJudge } from './answer';
import { type Findings, type Found, isProved, type Quorum } from './conclusion';
import { hasIPv6, type Loopback, readServers, type Servers } from './endpoint';
import { createExchange, type Exchange } from './exchange';
import { HintSearch } from './hints';
import { LIMITS } from './limits';
import type { GateOutcome, Role, ServerVerdict } from './outcome';
import { Bootstrap, type Family, ResolverStage } from './resolvers';
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
  /** Milliseconds that the gate may still use; what comes after the gate has its own share already taken off. */
  remainingMs(): number;
  /** Ends the proof: `proveRecord` then rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Port of discovered servers, and of listed ones without a port. @default 53 */
  readonly dnsPort?: number;
  /** How one question is asked. @default UDP and TCP sockets, HTTPS */
  readonly exchange?: Exchange;
  /** How long what is not essential may still take when the rest is done. @default a quarter of a second at most */
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

/** What a wildcard answers is not the record: it goes away when the record comes. */
const withoutWildcard = (server: ServerVerdict): ServerVerdict =>
  server.role === 'authoritative' && (server.verdict === 'invalid' || server.verdict === 'other-value')
    ? {
        ...server,
        verdict: 'missing',
        reason: 'has no record at the name, only a wildcard that answers for it',
      }
    : server;

const NOTHING: Found = {
  servers: [],
  unaddressed: [],
  former: new Set(),
  limits: [],
  disagreements: [],
  hints: [],
  warnings: [],
};

/** One proof: rounds of questions that share what was learnt about silent servers. */
class Proof {
  private readonly memory = new Memory();
  private readonly servers: Servers;
  private readonly exchange: Exchange;
  private readonly judge: ReturnType<typeof createJudge>;
  private readonly recordName: string;
  readonly quorum: Quorum;
  private wasMissing = false;
  /** The zone cut that the last round found. */
  private zone: string | undefined;

  constructor(
    private readonly request: GateRequest,
    private readonly world: GateWorld,
  ) {
    const { domain, selector, strict = false } = request;
    this.servers = readServers(request, world);
    this.exchange = world.exchange ?? createExchange();
    this.judge = createJudge(request.expected);
    this.recordName = recordName(domain, selector);
    this.quorum = { requiredPercent: strict ? 100 : 50, minimumServers: 1 };
  }

  /**
   * Asks authoritative servers, and only when they agree, resolvers: those remember what was not there.
   * @param isLast whether what is missing is to be looked for elsewhere
   */
  async round(isLast: boolean): Promise<Findings> {
    const { mode, domain, expected } = this.request;
    const { resolvers } = this.servers;
    const found = mode === 'authoritative' ? await this.askAuthoritative(isLast) : NOTHING;
    this.zone = found.zone;
    this.wasMissing ||= found.servers.some(({ verdict }) => verdict === 'missing');
    const findings: Findings = {
      mode,
      recordName: this.recordName,
      domain,
      expectedFingerprint: expected.fingerprint,
      expectedValue: recordValue(expected.spki),
      resolversGiven: this.request.resolvers !== undefined,
      ...found,
      wasMissing: this.wasMissing,
    };
    const asksResolvers = mode === 'recursive' || isProved(findings, this.quorum);
    if (!asksResolvers || resolvers.length === 0) return findings;
    const round = this.newRound();
    // Names are the same in capitals; here they are compared as text.
    const name = this.recordName.toLowerCase();
    const stage = new ResolverStage(round, resolvers, name, this.judge);
    stage.begin(mode === 'authoritative');
    await this.finish(round);
    const names = new Map([[name, { findings: stage.findings() }]]);
    const { servers, warnings } = judgeFindings(names, 'recursive', this.judge);
    return {
      ...findings,
      servers: [...findings.servers, ...servers],
      limits: [...new Set([...findings.limits, ...round.exceeded])],
      warnings: [...new Set([...findings.warnings, ...warnings])],
    };
  }

  private async askAuthoritative(isLast: boolean): Promise<Found> {
    const { domain, selector } = this.request;
    const { nameservers, resolvers } = this.servers;
    const round = this.newRound();
    const { family } = this;
    const network = {
      round,
      bootstrap: new Bootstrap(round, resolvers, family),
      port: this.world.dnsPort ?? 53,
      loopback: this.world.loopback ?? 'refused',
      family,
      referrals: new Map(),
    };
    const label = this.world.randomLabel?.() ?? `x${randomBytes(8).toString('hex')}`;
    const missingIn = this.wasMissing ? this.zone : undefined;
    const place = { recordName: this.recordName, domain, selector, missingIn };
    const hints = new HintSearch(round, place, this.judge, label);
    const exploration = new Exploration(
      network,
      nameservers,
      resolvers.length > 0,
      isLast ? hints : undefined,
    );
    exploration.search(this.recordName.toLowerCase());
    await this.finish(round);
    const names = exploration.results();
    const [own] = names.values();
    const { servers, warnings } = judgeFindings(names, 'authoritative', this.judge);
    const { sentences, wildcard } = hints.hints();
    const absences = [...names.values()].flatMap(({ absenceSeconds }) => absenceSeconds ?? []);
    return {
      zone: own?.zone,
      servers: wildcard ? servers.map(withoutWildcard) : servers,
      unaddressed: [...names].flatMap(([name, { unaddressed }], at) =>
        unaddressed.map((host) => ({ name: host, askedFor: at > 0 ? name : undefined })),
      ),
      former: new Set([...names.values()].flatMap(({ former }) => former)),
      limits: [...round.exceeded],
      problem:
        own?.findings.length === 0 ? (own.problem ?? 'time was up before anybody had answered.') : undefined,
      disagreements: [...names.values()].flatMap(({ disagreement }) => disagreement ?? []),
      absenceSeconds: absences.length > 0 ? Math.max(...absences) : undefined,
      hints: sentences,
      warnings,
    };
  }

  /** Strictly, every address has to have the record, also those that this machine cannot ask. */
  private get family(): Family {
    if (this.request.strict) return 'any';
    return (this.world.hasIPv6 ?? hasIPv6)() ? 'any' : 'ipv4-first';
  }

  private newRound(): Round {
    return new Round(this.exchange, this.memory, this.world.grace);
  }

  private finish(round: Round): Promise<void> {
    return round.finish(Math.min(LIMITS.roundMs, this.world.remainingMs()), this.world.signal);
  }
}

/**
 * Proves that the DKIM record is published on every server of its zone and of the key given, or says what is missing.
 * Asks again until it is, for `waitSeconds` at most. Nothing is changed anywhere.
 *
 * @returns the outcome as data, ready or not; `gateError` makes an error of it
 * @throws ByodkimError VALIDATION_ERROR for a malformed list of servers; the signal's reason when it is aborted
 */
export const proveRecord = async (request: GateRequest, world: GateWorld): Promise<GateOutcome> => {
  const proof = new Proof(request, world);
  const { clock, signal } = world;
  const until = clock.now() + request.waitSeconds * 1000;
  const leftMs = (): number => Math.min(until - clock.now(), world.remainingMs() - ROUND_MS);
  let pauseSeconds = FIRST_PAUSE_SECONDS;
  for (let rounds = 1; ; rounds += 1) {
    const findings = await proof.round(leftMs() <= 0);
    const outcome = conclude(findings, rounds, proof.quorum);
    const left = leftMs();
    if (outcome.ready || left <= 0) return outcome;
    await clock.sleep(Math.min(pauseSeconds * 1000, left), signal);
    pauseSeconds = Math.min(pauseSeconds * 1.5, LONGEST_PAUSE_SECONDS);
  }
};

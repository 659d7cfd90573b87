/** Looks records up as the gate does, for checks of other records than the DKIM key. Judges nothing. */
import type { GateSettings } from '../contract';
import { type Answer, failure, isReply, type RecordQuestion } from './answer';
import { Discovery, type NamedServer, type NameFindings, type Network } from './discover';
import { formatEndpoint, hasIPv6, type Loopback, readServers, type Servers } from './endpoint';
import { createExchange, type Exchange } from './exchange';
import { LIMITS, type Limit } from './limits';
import { isPlainName } from './message';
import { inWords, type Role, type ServerVerdict } from './outcome';
import { askResolvers, ResolverLookup } from './resolvers';
import { type Grace, Memory, Round } from './round';
import type { Disagreement } from './zone';

/** How questions get out. */
export interface DnsWorld {
  /** Milliseconds that may still be used. */
  remainingMs(): number;
  /** Ends the work: it then rejects with the signal's reason. */
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
  /** Whether servers on this machine and its link may be asked. @default refused */
  readonly loopback?: Loopback;
}

export interface LookupRequest extends RecordQuestion, Pick<GateSettings, 'nameservers' | 'resolvers'> {
  /** `authoritative`: all servers of the zone, and of the zones that aliases lead to. `recursive`: the resolvers. */
  readonly mode: Role;
}

/** One server's answer. A server that an alias led to has an entry of its own, with `askedFor`. */
export interface ServerAnswer
  extends Pick<
    ServerVerdict,
    'address' | 'name' | 'role' | 'askedFor' | 'aliasTo' | 'problem' | 'ttlSeconds' | 'roundTripMs'
  > {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, …; absent where there is no answer that can be used. */
  readonly rcode?: string;
  /** The records, as in `Records.values`; at the end of its aliases, as a server there has them. */
  readonly values: readonly string[];
  /** `problem` in words that continue a sentence which begins with "the server". */
  readonly reason?: string;
}

/** The servers that were found. */
export interface FoundServers {
  /** The zone cut, where a server of it has answered. */
  readonly zone?: string;
  /** The servers that have to show the record, those that aliases led to with `askedFor`. */
  readonly hosts: readonly (NamedServer & { readonly askedFor?: string })[];
  readonly limits: readonly Limit[];
  /** Why no server could be asked at all; a sentence that continues after a colon. */
  readonly problem?: string;
  readonly disagreements: readonly Disagreement[];
  /** Seconds for which resolvers may remember that there is no record. */
  readonly absenceSeconds?: number;
}

export interface Lookup extends FoundServers {
  readonly servers: readonly ServerAnswer[];
}

export interface ZoneAnswers extends FoundServers {
  /** By name, the one asked for first. */
  readonly names: ReadonlyMap<string, NameFindings>;
}

type Names = ReadonlyMap<string, Pick<NameFindings, 'findings'>>;

/** Returns the answer at the end of an answer's aliases: of the first server there that gives one. */
const endOf = (names: Names, answer: Answer, known = new Map<string, Answer>()): Answer => {
  if (answer.kind !== 'alias') return answer;
  if (answer.atEnd) return answer.atEnd;
  const target = answer.targets.at(-1)!;
  if (!known.has(target)) {
    // For aliases that lead back here.
    known.set(target, failure({ kind: 'alias-unanswered', target }));
    for (const finding of names.get(target)?.findings ?? []) {
      const end = endOf(names, finding.answer, known);
      if (isReply(end)) {
        known.set(target, end);
        break;
      }
    }
  }
  return known.get(target)!;
};

const contentOf = (
  end: Answer,
): Pick<ServerAnswer, 'rcode' | 'values' | 'problem' | 'reason' | 'ttlSeconds'> => {
  if (end.kind === 'records') return { rcode: 'NOERROR', values: end.values, ttlSeconds: end.ttlSeconds };
  if (end.kind === 'none')
    return { rcode: end.why === 'NODATA' ? 'NOERROR' : end.why, values: [], ttlSeconds: end.ttlSeconds };
  const problem =
    end.kind === 'failure'
      ? end.problem
      : end.kind === 'referral'
        ? ({ kind: 'refers', zone: end.zone } as const)
        : ({ kind: 'alias-unanswered', target: end.targets.at(-1)! } as const);
  return {
    rcode: problem.kind === 'rcode' ? problem.rcode : undefined,
    values: [],
    problem,
    reason: inWords(problem),
  };
};

const serversIn = (names: Names, role: Role): readonly ServerAnswer[] =>
  [...names].flatMap(([askedFor, { findings }], at) =>
    findings.map(({ endpoint, name, answer, roundTripMs }) => ({
      address: formatEndpoint(endpoint),
      name,
      role,
      askedFor: at > 0 ? askedFor : undefined,
      aliasTo: at === 0 && answer.kind === 'alias' ? answer.targets[0] : undefined,
      ...contentOf(endOf(names, answer)),
      roundTripMs,
    })),
  );

/** Asks every server of the zone of a name, and of the zones that its aliases lead to. */
export const askZone = async (
  round: Round,
  question: RecordQuestion,
  { nameservers, resolvers }: Servers,
  world: DnsWorld,
): Promise<ZoneAnswers> => {
  const begun = new Set<string>();
  const found = new Map<string, NameFindings>();
  const network: Network = {
    round,
    lookup: new ResolverLookup(round, resolvers, (world.hasIPv6 ?? hasIPv6)()),
    port: world.dnsPort ?? 53,
    loopback: world.loopback ?? 'refused',
    referrals: new Map(),
    nameservers,
    canDiscover: resolvers.length > 0,
    async visit(name, depth) {
      if (depth > LIMITS.aliasesInChain || begun.has(name) || !isPlainName(name)) return;
      if (begun.size >= LIMITS.names) {
        round.exceeded.add('names');
        return;
      }
      begun.add(name);
      found.set(name, await new Discovery({ ...question, name }, depth, network).run());
    },
  };
  await network.visit(question.name, 0);
  const [first, ...others] = begun;
  const names = new Map(
    [...(first ? [first] : []), ...others.sort()].map((name) => [name, found.get(name)!]),
  );
  const [own] = names.values();
  const absences = [...names.values()].flatMap(({ absenceSeconds }) => absenceSeconds ?? []);
  return {
    names,
    zone: own?.zone,
    hosts: [...names].flatMap(([askedFor, { hosts }], at) =>
      hosts.map((host) => ({ ...host, askedFor: at > 0 ? askedFor : undefined })),
    ),
    limits: [...round.exceeded],
    problem:
      own?.findings.length === 0 ? (own.problem ?? 'time was up before anybody had answered.') : undefined,
    disagreements: [...names.values()].flatMap(({ disagreement }) => disagreement ?? []),
    absenceSeconds: absences.length > 0 ? Math.max(...absences) : undefined,
  };
};

/**
 * Asks once for the records of one type at a name: discovers the servers of its zone and asks all of them, or asks
 * resolvers. Deadlines, transports and limits are those of the gate; nothing is changed anywhere.
 *
 * @throws ByodkimError VALIDATION_ERROR for a malformed list of servers; the signal's reason when it is aborted
 */
export const lookUp = async (request: LookupRequest, world: DnsWorld): Promise<Lookup> => {
  const { mode } = request;
  const question = { name: request.name.toLowerCase(), type: request.type };
  const servers = readServers(request, world);
  const round = new Round(world.exchange ?? createExchange(), new Memory(), world.grace);
  return round.run(Math.min(LIMITS.roundMs, world.remainingMs()), world.signal, async () => {
    if (mode === 'authoritative') {
      const { names, ...found } = await askZone(round, question, servers, world);
      return { ...found, servers: serversIn(names, mode) };
    }
    const findings = await askResolvers(round, servers.resolvers, question);
    const names = new Map([[question.name, { findings }]]);
    return { servers: serversIn(names, mode), hosts: [], limits: [...round.exceeded], disagreements: [] };
  });
};

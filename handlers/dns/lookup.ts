/** Asks every server of a name, or resolvers, for its records: the key of the gate, and others. Judges nothing. */
import type { GateSettings } from '../contract';
import type { RecordQuestion, RecordType } from './answer';
import { Discovery, type Network } from './discover';
import { type Endpoint, hasIPv6, type Loopback, parseResolver, readServers, type Servers } from './endpoint';
import { createExchange, type Exchange } from './exchange';
import { LIMITS, type Limit } from './limits';
import { isPlainName } from './message';
import type { NamedServer, NameFindings } from './name-findings';
import type { Role } from './outcome';
import { askResolvers, type Expected, ResolverLookup } from './resolvers';
import { type Grace, Memory, Round } from './round';
import { type Content, contentOf, type ServerAnswer, serverAnswers } from './server-answer';
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
  /** What else each server is asked for, where it has answered without an alias. */
  readonly also?: readonly RecordType[];
  /** In recursive mode: once one resolver has answered, the others are hardly waited for. */
  readonly isOneEnough?: boolean;
}

/** What was found out about the servers, beside their answers. */
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
  /** Those asked for the name itself first. */
  readonly servers: readonly ServerAnswer[];
}

/** Asks every server of the zone of a name, and of the zones that its aliases lead to. */
export const askZone = async (
  round: Round,
  question: RecordQuestion,
  { nameservers, resolvers }: Servers,
  world: DnsWorld,
): Promise<Lookup> => {
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
    servers: serverAnswers(names, 'authoritative'),
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

/** Asks resolvers for the records of a name. */
export const askRecursively = async (
  round: Round,
  question: RecordQuestion,
  resolvers: readonly Endpoint[],
  expected?: Expected,
): Promise<Lookup> => ({
  servers: await askResolvers(round, resolvers, question, expected),
  hosts: [],
  limits: [...round.exceeded],
  disagreements: [],
});

/**
 * Asks once for the records at a name: discovers the servers of its zone and asks all of them, or asks resolvers.
 * Deadlines, transports and limits are those of the gate; nothing is changed anywhere.
 *
 * @throws ByodkimError VALIDATION_ERROR for a malformed list of servers; the signal's reason when it is aborted
 */
export const lookUp = async (request: LookupRequest, world: DnsWorld): Promise<Lookup> => {
  const { mode, type, also = [], isOneEnough = false } = request;
  const question = { name: request.name.toLowerCase(), type };
  const servers = readServers(request, world);
  const round = new Round(world.exchange ?? createExchange(), new Memory(), world.grace);
  const askAlso = async (server: ServerAnswer): Promise<ServerAnswer> => {
    const { address, alias, askedFor, problem } = server;
    if (problem || alias !== undefined || askedFor !== undefined) return server;
    const endpoint = parseResolver(address)!;
    const asked = also.map((each) => round.askForRecords(endpoint, { ...question, type: each }, mode));
    const answers = await Promise.all(asked);
    return { ...server, also: answers.map(({ answer }) => contentOf(answer)) };
  };
  return round.run(Math.min(LIMITS.roundMs, world.remainingMs()), world.signal, async () => {
    const isEnough = ({ problem }: Content): boolean => isOneEnough && problem === undefined;
    const found =
      mode === 'authoritative'
        ? await askZone(round, question, servers, world)
        : await askRecursively(round, question, servers.resolvers, { isEnough });
    return { ...found, servers: await Promise.all(found.servers.map(askAlso)) };
  });
};

import { type Answer, type Finding, isReply } from './answer';
import { formatEndpoint, type SocketEndpoint } from './endpoint';
import { hostList } from './names';
import type { AnswerReply } from './round';
import type { Disagreement, Zone } from './zone';

/** A server as NS records name it. */
export interface NamedServer {
  /** Absent when its address was given. */
  readonly name?: string;
  /** `ip:port`; none if no address of it is known. */
  readonly addresses: readonly string[];
  /** The zone above no longer leads to it: it need not answer, and proves nothing. */
  readonly isFormer: boolean;
}

/** What one round found out about one name. */
export interface NameFindings {
  /** The zone cut, where a server of it has answered. */
  readonly zone?: string;
  readonly findings: readonly Finding[];
  /** Those that have to show the record. */
  readonly hosts: readonly NamedServer[];
  /** Why no server could be asked; a sentence. */
  readonly problem?: string;
  readonly disagreement?: Disagreement;
  /** Seconds for which resolvers remember that there is no record. */
  readonly absenceSeconds?: number;
}

/** An address to ask for a name, as a server of one zone or of several. */
export interface Server {
  readonly endpoint: SocketEndpoint;
  /** In NS records; none when the address was given. */
  readonly names: Set<string>;
  readonly zones: Set<Zone>;
  readonly isForbidden: boolean;
  /** Its answer for the name. */
  readonly reply: Promise<AnswerReply>;
}

/** What a discovery has found. */
export interface Discovered {
  readonly zones: readonly Zone[];
  readonly servers: readonly Server[];
  readonly answers: readonly {
    readonly server: Server;
    readonly answer: Answer;
    readonly roundTripMs: number;
  }[];
  readonly hostsWithoutAddress: ReadonlySet<string>;
  /** Why resolvers did not lead to any zone; a sentence. */
  readonly lookupProblem?: string;
  /** Seconds of each answer that there is nothing. */
  readonly absences: readonly number[];
}

/** Returns the deepest zone that a server was asked as a server of. */
export const zoneOf = ({ zones }: Server): Zone => [...zones].sort((a, b) => b.depth - a.depth)[0]!;

/** Returns the zones whose servers must answer for the name: not where another one has referred to a zone below. */
export const expectedZones = (zones: readonly Zone[]): readonly Zone[] => {
  const deepest = Math.max(...zones.map(({ depth }) => depth));
  return zones.filter(
    ({ depth, refers, serves }) => serves || (!refers && (depth >= 2 || depth === deepest)),
  );
};

/** Decides, once all answers are there, where the zone cut is, and which servers count. */
export const nameFindings = ({ zones, servers, answers, ...found }: Discovered): NameFindings => {
  // The zone cut: the deepest zone whose servers answered for the name.
  const [cut] = answers
    .filter(({ answer }) => isReply(answer))
    .map(({ server }) => zoneOf(server))
    .filter(({ apex }) => apex !== '')
    .sort((a, b) => b.depth - a.depth);
  // Servers of the zones above have only to refer. If they answer nevertheless, that is judged, but not counted.
  const counting = cut ? zones.filter(({ depth }) => depth >= cut.depth) : expectedZones(zones);
  const counts = ({ zones: own }: Server, { kind }: Answer): boolean =>
    counting.some((zone) => own.has(zone)) && !(kind === 'referral' && [...own].some(({ refers }) => refers));
  const absences = [
    ...found.absences,
    ...answers.flatMap(({ answer }) => (answer.kind === 'none' ? (answer.ttlSeconds ?? []) : [])),
  ];
  const lost = [...found.hostsWithoutAddress].sort();
  return {
    zone: cut?.apex,
    findings: answers
      .filter(({ server, answer }) => isReply(answer) || counts(server, answer))
      .sort((a, b) => inOrder(a.server, b.server))
      .map(({ server, ...answered }) => ({ endpoint: server.endpoint, name: nameOf(server), ...answered })),
    hosts: hostsOf(counting, servers),
    problem:
      found.lookupProblem ??
      (lost.length > 0 ? `no address is known of its name servers ${hostList(lost)}.` : undefined),
    disagreement: cut?.disagreement(),
    absenceSeconds: absences.length > 0 ? Math.max(...absences) : undefined,
  };
};

const byText = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

const nameOf = ({ names }: Server): string | undefined => [...names].sort()[0];

/** Sorts by name and address. Servers that were given stay in the order of the list. */
const inOrder = (a: Server, b: Server): number =>
  byText(nameOf(a) ?? '', nameOf(b) ?? '') ||
  (a.names.size === 0 ? 0 : byText(formatEndpoint(a.endpoint), formatEndpoint(b.endpoint)));

/** Lists the servers of zones by name, or by address where they were given. */
const hostsOf = (zones: readonly Zone[], servers: readonly Server[]): readonly NamedServer[] => {
  const current = new Set(zones.flatMap((zone) => zone.currentServers()));
  const named = new Set(zones.flatMap(({ hosts }) => [...hosts]));
  const given = servers.filter(
    ({ names, zones: own }) => names.size === 0 && zones.some((zone) => own.has(zone)),
  );
  return [
    ...[...named].sort().map((name) => ({
      name,
      addresses: servers
        .filter(({ names }) => names.has(name))
        .map(({ endpoint }) => formatEndpoint(endpoint)),
      isFormer: !current.has(name),
    })),
    ...given.map(({ endpoint }) => ({ addresses: [formatEndpoint(endpoint)], isFormer: false })),
  ];
};

import type { Finding } from './answer';
import { compareServers, formatEndpoint } from './endpoint';
import type { Limit } from './limits';
import type { GateOutcome, ServerVerdict, Verdict } from './outcome';
import type { Problem } from './problem';
import { type Visit, zoneOf } from './visits';
import { type Disagreement, disagreementOn, formerServers, labels, type Zone } from './zone';

/** What one round found out of one name. */
export interface NameFindings {
  /** The zone cut. */
  readonly zone?: string;
  /** What the servers said, each as a server of the deepest zone that it was asked for. */
  readonly findings: readonly (Finding & { readonly zone: string })[];
  /** Servers of the zone that have no address which may be asked. */
  readonly unaddressed: readonly string[];
  /** Servers that resolvers still name, and neither the zone nor the one above does. */
  readonly former: readonly string[];
  /** Why nobody could be asked; a sentence. */
  readonly problem?: string;
  readonly disagreement?: Disagreement;
  /** Seconds for which resolvers remember that something is not there. */
  readonly absenceSeconds?: number;
}

/** What was met on the way to a name. */
interface Met {
  readonly zones: readonly Zone[];
  readonly visits: readonly Visit[];
  /** Names of servers without an address that may be asked. */
  readonly homeless: ReadonlySet<string>;
  readonly bootstrapProblem?: string;
  readonly absenceSeconds?: number;
}

export const findingsOfName = (met: Met): NameFindings => {
  const { absenceSeconds } = met;
  // The zone cut: the deepest zone whose servers answered for the name.
  const [cut] = met.zones
    .filter(({ serves, apex }) => serves && apex !== '')
    .sort((a, b) => b.apex.length - a.apex.length);
  const homeless = [...met.homeless].sort();
  return {
    zone: cut?.apex,
    findings: tellingOf(met),
    unaddressed: homeless.filter((host) => cut?.hosts.has(host)),
    former: cut ? formerServers(cut) : [],
    problem: met.bootstrapProblem ?? withoutAddress(homeless),
    disagreement: cut && disagreementOn(cut),
    absenceSeconds,
  };
};

/** What the servers said that have to say something: not those above, whose part is only to refer. */
const tellingOf = ({ zones: all, visits }: Met): NameFindings['findings'] => {
  const deepest = Math.max(...all.map(({ apex }) => labels(apex).length));
  const mustAnswer = ({ apex, serves, refers }: Zone): boolean =>
    serves || (!refers && (labels(apex).length >= 2 || labels(apex).length === deepest));
  return [...visits].sort(inOrder).flatMap((visit) => {
    if (!visit.finding) return [];
    const { zones } = visit;
    const finding = { ...visit.finding, zone: zoneOf(visit) };
    const { kind } = finding.answer;
    if (kind !== 'failure' && kind !== 'referral') return [finding];
    const refersRightly = kind === 'referral' && [...zones].some(({ refers }) => refers);
    return !refersRightly && [...zones].some(mustAnswer) ? [finding] : [];
  });
};

/** Whoever answered first, what is said of several comes in one order. */
const inOrder = ({ asked: a }: Visit, { asked: b }: Visit): number =>
  compareServers(
    { name: a.name, address: formatEndpoint(a.endpoint) },
    { name: b.name, address: formatEndpoint(b.endpoint) },
  );

/** So many host names are written out. */
const SHOWN_HOSTS = 8;

const withoutAddress = (hosts: readonly string[]): string | undefined => {
  if (hosts.length === 0) return undefined;
  const more = hosts.length > SHOWN_HOSTS ? ` and ${hosts.length - SHOWN_HOSTS} more` : '';
  return `no address is known of its name servers ${hosts.slice(0, SHOWN_HOSTS).join(', ')}${more}.`;
};

/** How much of a proof is enough. */
export interface Quorum {
  /** Of the servers of each zone, by name; 100: of their addresses. */
  readonly requiredPercent: number;
  /** By name. */
  readonly minimumServers: number;
}

/** What one round found out, before it is concluded. */
export interface Findings {
  readonly mode: 'authoritative' | 'recursive';
  readonly recordName: string;
  readonly domain: string;
  readonly zone?: string;
  readonly expectedFingerprint: string;
  readonly expectedValue: string;
  readonly servers: readonly ServerVerdict[];
  /** Servers that are named and have no address. */
  readonly unaddressed: readonly { readonly name: string; readonly askedFor?: string }[];
  /** Names of servers that only a resolver still knows: they need not answer. */
  readonly former: ReadonlySet<string>;
  /** Whether the resolvers were named by somebody, and so have to agree in recursive mode. */
  readonly resolversGiven: boolean;
  readonly limits: readonly Limit[];
  /** Why no server could be asked at all; a sentence that continues after a colon. */
  readonly problem?: string;
  readonly disagreements: readonly Disagreement[];
  readonly absenceSeconds?: number;
  /** Whether an earlier round, or this one, found the record missing. */
  readonly wasMissing: boolean;
  /** What else was seen; sentences. */
  readonly hints: readonly string[];
  readonly warnings: readonly string[];
}

export type Code = NonNullable<GateOutcome['code']>;

export const answering = (servers: readonly ServerVerdict[]): readonly ServerVerdict[] =>
  servers.filter(({ verdict }) => verdict !== 'unreachable');

export const withVerdict = (servers: readonly ServerVerdict[], verdict: Verdict): readonly ServerVerdict[] =>
  servers.filter((server) => server.verdict === verdict);

export const withRole = (
  servers: readonly ServerVerdict[],
  role: ServerVerdict['role'],
): readonly ServerVerdict[] => servers.filter((server) => server.role === role);

export const withProblem = (
  servers: readonly ServerVerdict[],
  kind: Problem['kind'],
): readonly ServerVerdict[] => servers.filter(({ problem }) => problem?.kind === kind);

/** How many of a zone's servers have shown the record. */
export interface Showing {
  /** The name that they were asked for, where an alias led to it. */
  readonly askedFor?: string;
  readonly showing: number;
  readonly of: number;
}

/** The part of the proof that failed, which is what the message is about. */
export type Failure =
  /** Authoritative servers (or, in recursive mode, resolvers) do not all have the record, or none answers. */
  | { readonly stage: 'publication'; readonly servers: readonly ServerVerdict[] }
  /** There is more to ask than is asked. */
  | { readonly stage: 'limit'; readonly servers: readonly ServerVerdict[]; readonly limits: readonly Limit[] }
  /** Some server answers what no server in order does. */
  | { readonly stage: 'false-answer'; readonly servers: readonly ServerVerdict[] }
  /** Nobody contradicts, but too few have spoken. */
  | {
      readonly stage: 'thin';
      readonly servers: readonly ServerVerdict[];
      readonly counted: Showing;
      readonly quorum: Quorum;
    }
  /** They all have it, but no resolver sees it. */
  | { readonly stage: 'visibility'; readonly servers: readonly ServerVerdict[] }
  /** They all have it, but most resolvers that check DNSSEC hold it back. */
  | { readonly stage: 'dnssec'; readonly servers: readonly ServerVerdict[] };

/** What the failure looks like. */
export type Cause = 'not-delegated' | 'dnssec' | 'no-ipv6' | 'closed-network';

/** The servers of a top-level domain answered for the name: nobody is in charge of the domain. */
export const isUndelegated = ({ zone }: Findings): boolean => zone !== undefined && !zone.includes('.');

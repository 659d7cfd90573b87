import { compareServers } from './endpoint';
import type { Limit } from './limits';
import type { Disagreement } from './name-findings';
import type { GateOutcome, ServerVerdict, Verdict } from './outcome';
import { isFalseAnswer, type Problem } from './problem';

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

/** How many of a zone's servers have shown the record. */
export interface Showing {
  /** The name that they were asked for, where an alias led to it. */
  readonly askedFor?: string;
  readonly showing: number;
  readonly of: number;
}

/** Why the proof fails, and what those have said whom it fails by: servers of the zone, or resolvers. */
export type Failure = { readonly servers: readonly ServerVerdict[] } & (
  | {
      readonly kind: /** None of them says anything of the record. */
        | 'unanswered'
        /** Some have no record, or another one, and it is nothing but late. */
        | 'late'
        /** Some have a record that no signer can use. */
        | 'invalid'
        /** Some have a record of another key. */
        | 'other-key'
        /** Some answer what no server in order does. */
        | 'false-answer'
        /** The zone's servers have it, but resolvers say that it is missing, or another one. */
        | 'hidden'
        /** The zone's servers have it, but no resolver says anything of it. */
        | 'unseen'
        /** The zone's servers have it, but most resolvers that check DNSSEC hold it back. */
        | 'dnssec';
    }
  /** There is more to ask than is asked. */
  | { readonly kind: 'limit'; readonly limits: readonly Limit[] }
  /** Nobody contradicts, but too few have spoken. */
  | { readonly kind: 'thin'; readonly counted: Showing; readonly quorum: Quorum }
);

export const CODES: Readonly<Record<Failure['kind'], NonNullable<GateOutcome['code']>>> = {
  unanswered: 'DNS_LOOKUP_FAILED',
  late: 'DNS_TXT_NOT_READY',
  invalid: 'DNS_TXT_INVALID',
  'other-key': 'DNS_KEY_MISMATCH',
  'false-answer': 'DNS_LOOKUP_FAILED',
  hidden: 'DNS_TXT_NOT_READY',
  unseen: 'DNS_LOOKUP_FAILED',
  dnssec: 'DNS_LOOKUP_FAILED',
  limit: 'DNS_LOOKUP_FAILED',
  thin: 'DNS_LOOKUP_FAILED',
};

type Servers = readonly ServerVerdict[];

export const answering = (servers: Servers): Servers =>
  servers.filter(({ verdict }) => verdict !== 'unreachable');

export const withVerdict = (servers: Servers, verdict: Verdict): Servers =>
  servers.filter((server) => server.verdict === verdict);

export const withRole = (servers: Servers, role: ServerVerdict['role']): Servers =>
  servers.filter((server) => server.role === role);

export const withProblem = (servers: Servers, kind: Problem['kind']): Servers =>
  servers.filter(({ problem }) => problem?.kind === kind);

/** For each name that was asked for: how many servers have shown the record, each counted once however many addresses it has. */
const countShowing = (
  { servers, unaddressed, former }: Findings,
  role: ServerVerdict['role'],
  byAddress: boolean,
): readonly Showing[] => {
  const groups = new Map<string | undefined, Map<string, boolean>>();
  const note = (askedFor: string | undefined, server: string, shows: boolean): void => {
    const group = groups.get(askedFor) ?? new Map<string, boolean>();
    groups.set(askedFor, group.set(server, shows || (group.get(server) ?? false)));
  };
  for (const { askedFor, name, address, verdict } of withRole(servers, role)) {
    if (verdict === 'unreachable' && name !== undefined && former.has(name)) continue;
    note(askedFor, byAddress ? address : (name ?? address), verdict === 'ready');
  }
  if (role === 'authoritative') {
    for (const { name, askedFor } of unaddressed) if (!former.has(name)) note(askedFor, name, false);
  }
  return [...groups].map(([askedFor, group]) => ({
    askedFor,
    showing: [...group.values()].filter(Boolean).length,
    of: group.size,
  }));
};

/** The zone that too few servers have spoken for. */
const thinlyShown = (
  findings: Findings,
  role: ServerVerdict['role'],
  { requiredPercent, minimumServers }: Quorum,
): Showing | undefined => {
  const counts = countShowing(findings, role, requiredPercent === 100);
  return counts.find(({ showing, of }) => showing < minimumServers || showing * 100 < of * requiredPercent);
};

/** What those who contradict say. Where the right record is on some server already, the others are only late. */
const contradiction = (servers: Servers): 'late' | 'invalid' | 'other-key' => {
  const is = (verdict: Verdict): boolean => withVerdict(servers, verdict).length > 0;
  if (is('ready')) return 'late';
  return is('invalid') ? 'invalid' : is('other-value') ? 'other-key' : 'late';
};

/** Every server of a role that answers has to have the record, and so many as the quorum says. */
const publicationFailure = (
  findings: Findings,
  role: ServerVerdict['role'],
  quorum: Quorum,
): Failure | undefined => {
  const servers = withRole(findings.servers, role);
  const answers = answering(servers);
  if (answers.some(({ verdict }) => verdict !== 'ready')) return { kind: contradiction(servers), servers };
  if (findings.limits.length > 0) return { kind: 'limit', servers, limits: findings.limits };
  if (answers.length === 0) return { kind: 'unanswered', servers };
  const limited = servers.flatMap(({ problem }) => (problem?.kind === 'limit' ? [problem.limit] : []));
  if (limited.length > 0) return { kind: 'limit', servers, limits: [...new Set(limited)] };
  if (servers.some(({ problem }) => isFalseAnswer(problem))) return { kind: 'false-answer', servers };
  const counted = thinlyShown(findings, role, quorum);
  return counted && { kind: 'thin', servers, counted, quorum };
};

/** Whether the servers of the zone have proved it, so that resolvers may be asked. */
export const isProved = (findings: Findings, quorum: Quorum): boolean =>
  publicationFailure(findings, 'authoritative', quorum) === undefined;

/** What a round fails to prove; undefined: nothing. */
export const failureIn = (findings: Findings, quorum: Quorum): Failure | undefined => {
  const resolvers = withRole(findings.servers, 'recursive');
  const seeing = withVerdict(resolvers, 'ready').length;
  // Where most resolvers hold a record back, most receivers of mail will not see it.
  const heldBack: Failure | undefined =
    withProblem(resolvers, 'dnssec-bogus').length > seeing
      ? { kind: 'dnssec', servers: resolvers }
      : undefined;
  if (findings.mode === 'recursive') {
    // Of resolvers that nobody named, those that a closed network does not let out need not answer.
    const requiredPercent = findings.resolversGiven ? quorum.requiredPercent : 1;
    return heldBack ?? publicationFailure(findings, 'recursive', { ...quorum, requiredPercent });
  }
  const failure = publicationFailure(findings, 'authoritative', quorum) ?? heldBack;
  if (failure || resolvers.length === 0 || seeing > 0) return failure;
  return { kind: answering(resolvers).length > 0 ? 'hidden' : 'unseen', servers: resolvers };
};

/** Whoever answered first, they are told of in one order. */
export const inOrder = (servers: Servers): Servers =>
  [...servers].sort(
    (a, b) =>
      a.role.localeCompare(b.role) ||
      (a.askedFor ?? '').localeCompare(b.askedFor ?? '') ||
      compareServers(a, b),
  );

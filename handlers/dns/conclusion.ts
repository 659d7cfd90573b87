import type { Limit } from './limits';
import {
  type GateOutcome,
  isFalseAnswer,
  type Problem,
  type Role,
  type ServerVerdict,
  type Verdict,
} from './outcome';
import type { Disagreement } from './zone';

export interface Quorum {
  /** Of the servers of each zone, by name; 100: of their addresses. */
  readonly requiredPercent: number;
  /** By name. */
  readonly minimumServers: number;
}

/** What servers were found, and what they said. */
export interface Found {
  readonly zone?: string;
  readonly servers: readonly ServerVerdict[];
  /** Servers that are named and have no address. */
  readonly unaddressed: readonly { readonly name: string; readonly askedFor?: string }[];
  /** Names of servers that only a resolver still knows: they need not answer. */
  readonly former: ReadonlySet<string>;
  readonly limits: readonly Limit[];
  /** Why no server could be asked at all; a sentence that continues after a colon. */
  readonly problem?: string;
  readonly disagreements: readonly Disagreement[];
  readonly absenceSeconds?: number;
  /** What else was seen; sentences. */
  readonly hints: readonly string[];
  readonly warnings: readonly string[];
}

/** What one round found out, before it is concluded. */
export interface Findings extends Found {
  readonly mode: Role;
  readonly recordName: string;
  readonly domain: string;
  readonly expectedFingerprint: string;
  readonly expectedValue: string;
  /** Whether the resolvers were named by somebody, and so have to agree in recursive mode. */
  readonly resolversGiven: boolean;
  /** Whether an earlier round, or this one, found the record missing. */
  readonly wasMissing: boolean;
}

/** How many of a zone's servers have shown the record. */
export interface Showing {
  /** The name that they were asked for, where an alias led to it. */
  readonly askedFor?: string;
  readonly showing: number;
  readonly of: number;
}

/** Why a proof fails, and the code of its error. */
export const CODES = {
  /** None of the servers says anything of the record. */
  unanswered: 'DNS_LOOKUP_FAILED',
  /** Some have no record, or another one, and it is nothing but late. */
  late: 'DNS_TXT_NOT_READY',
  /** Some have a record that no signer can use. */
  invalid: 'DNS_TXT_INVALID',
  /** Some have a record of another key. */
  'other-key': 'DNS_KEY_MISMATCH',
  /** Some answer what no server in order does. */
  'false-answer': 'DNS_LOOKUP_FAILED',
  /** The zone's servers have it, but resolvers say that it is missing, or another one. */
  hidden: 'DNS_TXT_NOT_READY',
  /** The zone's servers have it, but no resolver says anything of it. */
  unseen: 'DNS_LOOKUP_FAILED',
  /** The zone's servers have it, but most resolvers that check DNSSEC hold it back. */
  dnssec: 'DNS_LOOKUP_FAILED',
  /** There is more to ask than is asked. */
  limit: 'DNS_LOOKUP_FAILED',
  /** Nobody contradicts, but too few have spoken. */
  thin: 'DNS_LOOKUP_FAILED',
} as const satisfies Record<string, GateOutcome['code']>;

/** Why a proof fails, and what those have said whom it fails by: servers of the zone, or resolvers. */
export type Failure = { readonly servers: readonly ServerVerdict[] } & (
  | { readonly kind: Exclude<keyof typeof CODES, 'limit' | 'thin'> }
  | { readonly kind: 'limit'; readonly limits: readonly Limit[] }
  | { readonly kind: 'thin'; readonly counted: Showing; readonly quorum: Quorum }
);

type Servers = readonly ServerVerdict[];

export const answering = (servers: Servers): Servers =>
  servers.filter(({ verdict }) => verdict !== 'unreachable');

export const withVerdict = (servers: Servers, verdict: Verdict): Servers =>
  servers.filter((server) => server.verdict === verdict);

export const withRole = (servers: Servers, role: Role): Servers =>
  servers.filter((server) => server.role === role);

export const withProblem = (servers: Servers, kind: Problem['kind']): Servers =>
  servers.filter(({ problem }) => problem?.kind === kind);

/** For each name that was asked for: how many servers have shown the record, each counted once however many addresses it has. */
const countShowing = (
  { mode, servers, unaddressed, former }: Findings,
  byAddress: boolean,
): readonly Showing[] => {
  const groups = new Map<string | undefined, Map<string, boolean>>();
  const note = (askedFor: string | undefined, server: string, shows: boolean): void => {
    const group = groups.get(askedFor) ?? new Map<string, boolean>();
    groups.set(askedFor, group.set(server, shows || (group.get(server) ?? false)));
  };
  for (const { askedFor, name, address, verdict } of withRole(servers, mode)) {
    if (verdict === 'unreachable' && name !== undefined && former.has(name)) continue;
    note(askedFor, byAddress ? address : (name ?? address), verdict === 'ready');
  }
  for (const { name, askedFor } of unaddressed) if (!former.has(name)) note(askedFor, name, false);
  return [...groups].map(([askedFor, group]) => ({
    askedFor,
    showing: [...group.values()].filter(Boolean).length,
    of: group.size,
  }));
};

/** What those who contradict say. Where the right record is on some server already, the others are only late. */
const contradiction = (servers: Servers): 'late' | 'invalid' | 'other-key' => {
  const is = (verdict: Verdict): boolean => withVerdict(servers, verdict).length > 0;
  if (is('ready')) return 'late';
  return is('invalid') ? 'invalid' : is('other-value') ? 'other-key' : 'late';
};

/** Every server that answers has to have the record, and so many as the quorum says; in authoritative mode those of the zone. */
const publicationFailure = (findings: Findings, quorum: Quorum): Failure | undefined => {
  const servers = withRole(findings.servers, findings.mode);
  const answers = answering(servers);
  if (answers.some(({ verdict }) => verdict !== 'ready')) return { kind: contradiction(servers), servers };
  if (findings.limits.length > 0) return { kind: 'limit', servers, limits: findings.limits };
  if (answers.length === 0) return { kind: 'unanswered', servers };
  const limited = servers.flatMap(({ problem }) => (problem?.kind === 'limit' ? [problem.limit] : []));
  if (limited.length > 0) return { kind: 'limit', servers, limits: [...new Set(limited)] };
  if (servers.some(({ problem }) => isFalseAnswer(problem))) return { kind: 'false-answer', servers };
  const { requiredPercent, minimumServers } = quorum;
  const counted = countShowing(findings, requiredPercent === 100).find(
    ({ showing, of }) => showing < minimumServers || showing * 100 < of * requiredPercent,
  );
  return counted && { kind: 'thin', servers, counted, quorum };
};

/** Whether the servers of the zone have proved it, so that resolvers may be asked. */
export const isProved = (findings: Findings, quorum: Quorum): boolean =>
  publicationFailure(findings, quorum) === undefined;

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
    return heldBack ?? publicationFailure(findings, { ...quorum, requiredPercent });
  }
  const failure = publicationFailure(findings, quorum) ?? heldBack;
  if (failure || resolvers.length === 0 || seeing > 0) return failure;
  return { kind: answering(resolvers).length > 0 ? 'hidden' : 'unseen', servers: resolvers };
};

import type { Limit } from './limits';
import type { FoundServers } from './lookup';
import {
  type GateOutcome,
  isFalseAnswer,
  isOfThisMachine,
  type Problem,
  type Role,
  type ServerVerdict,
  type Verdict,
} from './outcome';

/** What one round found out. */
export interface Findings extends FoundServers {
  readonly servers: readonly ServerVerdict[];
  /** Sentences on where the record may be instead. */
  readonly hints: readonly string[];
  readonly warnings: readonly string[];
  readonly mode: Role;
  /** Whether every address of every server must have the record; otherwise at least half of the servers. */
  readonly strict: boolean;
  readonly recordName: string;
  readonly domain: string;
  readonly expectedFingerprint: string;
  readonly expectedValue: string;
  /** Whether the settings name the resolvers, which then have to agree in recursive mode. */
  readonly resolversGiven: boolean;
  /** Whether this round or an earlier one found the record missing. */
  readonly wasMissing: boolean;
}

/** How many of a zone's servers have the record. */
export interface Count {
  /** The name that they were asked for, where an alias led there. */
  readonly askedFor?: string;
  readonly ready: number;
  readonly of: number;
}

/** The code of each failure. */
export const CODES = {
  /** No server gives a usable answer. */
  unanswered: 'DNS_LOOKUP_FAILED',
  /** Some servers have no record, or an older one beside others that have it. */
  late: 'DNS_TXT_NOT_READY',
  /** Some have a record that no signer can use. */
  invalid: 'DNS_TXT_INVALID',
  /** Some have a record of another key. */
  'other-key': 'DNS_KEY_MISMATCH',
  /** Some give answers that no working server gives. */
  'false-answer': 'DNS_LOOKUP_FAILED',
  /** The zone's servers have it, but resolvers answer that it is missing, or have another one. */
  hidden: 'DNS_TXT_NOT_READY',
  /** The zone's servers have it, but no resolver gives a usable answer. */
  unseen: 'DNS_LOOKUP_FAILED',
  /** The zone's servers have it, but most resolvers hold it back, since DNSSEC fails. */
  dnssec: 'DNS_LOOKUP_FAILED',
  /** A limit was exceeded. */
  limit: 'DNS_LOOKUP_FAILED',
  /** No server contradicts, but too few have answered. */
  thin: 'DNS_LOOKUP_FAILED',
} as const satisfies Record<string, GateOutcome['code']>;

/** Why a proof fails, with the servers of the zone or the resolvers that it fails by. */
export type Failure = { readonly servers: readonly ServerVerdict[] } & (
  | { readonly kind: Exclude<keyof typeof CODES, 'limit' | 'thin'> }
  | { readonly kind: 'limit'; readonly limits: readonly Limit[] }
  | { readonly kind: 'thin'; readonly counted: Count }
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

/** Counts the servers that have the record, by the name that was asked for: at one of their addresses, or strictly at all. */
const countReady = ({ mode, strict, servers, hosts }: Findings): readonly Count[] => {
  const asked = withRole(servers, mode);
  const resolvers = asked.map(({ address }) => ({
    askedFor: undefined,
    addresses: [address],
    isFormer: false,
  }));
  const counts = new Map<string | undefined, { ready: number; of: number }>();
  for (const { askedFor, addresses, isFormer } of mode === 'authoritative' ? hosts : resolvers) {
    // A server that is no longer in charge proves nothing. What it contradicts counts all the same.
    if (isFormer) continue;
    const own = asked.filter((server) => server.askedFor === askedFor && addresses.includes(server.address));
    // An address that only this machine cannot reach is not held against a server that has another one.
    const reached = own.filter(({ problem }) => !isOfThisMachine(problem));
    const ready = withVerdict(reached, 'ready').length;
    const count = counts.get(askedFor) ?? { ready: 0, of: 0 };
    counts.set(askedFor, count);
    count.of += 1;
    if (ready > 0 && (!strict || ready === reached.length)) count.ready += 1;
  }
  return [...counts].map(([askedFor, count]) => ({ askedFor, ...count }));
};

/** Classifies a contradiction. Where some server has the record already, the others are only late. */
const contradiction = (servers: Servers): 'late' | 'invalid' | 'other-key' => {
  const is = (verdict: Verdict): boolean => withVerdict(servers, verdict).length > 0;
  if (is('ready')) return 'late';
  return is('invalid') ? 'invalid' : is('other-value') ? 'other-key' : 'late';
};

/**
 * Returns why a record is not published everywhere; undefined: it is. Every server that answers must have it, and enough
 * must answer: servers of the zone, or in recursive mode resolvers.
 */
const publicationFailure = (findings: Findings): Failure | undefined => {
  const { mode, strict, limits } = findings;
  const servers = withRole(findings.servers, mode);
  const answers = answering(servers);
  if (answers.some(({ verdict }) => verdict !== 'ready')) return { kind: contradiction(servers), servers };
  if (limits.length > 0) return { kind: 'limit', servers, limits };
  if (answers.length === 0) return { kind: 'unanswered', servers };
  const limited = servers.flatMap(({ problem }) => (problem?.kind === 'limit' ? [problem.limit] : []));
  if (limited.length > 0) return { kind: 'limit', servers, limits: [...new Set(limited)] };
  if (servers.some(({ problem }) => isFalseAnswer(problem))) return { kind: 'false-answer', servers };
  // Of resolvers that nobody named, those that a closed network does not let out need not answer.
  const share = strict ? 1 : mode === 'authoritative' || findings.resolversGiven ? 0.5 : 0;
  const counted = countReady(findings).find(({ ready, of }) => ready < Math.max(1, of * share));
  return counted && { kind: 'thin', servers, counted };
};

/** Returns whether the servers of the zone have the record, so that resolvers may be asked. */
export const isProved = (findings: Findings): boolean => publicationFailure(findings) === undefined;

/** Returns why a round proves nothing; undefined: it proves the record. */
export const failureIn = (findings: Findings): Failure | undefined => {
  const resolvers = withRole(findings.servers, 'recursive');
  const seeing = withVerdict(resolvers, 'ready').length;
  // Where most resolvers hold a record back, most receivers of mail will not see it.
  const heldBack: Failure | undefined =
    withProblem(resolvers, 'dnssec-bogus').length > seeing
      ? { kind: 'dnssec', servers: resolvers }
      : undefined;
  if (findings.mode === 'recursive') return heldBack ?? publicationFailure(findings);
  const failure = publicationFailure(findings) ?? heldBack;
  if (failure || resolvers.length === 0 || seeing > 0) return failure;
  return { kind: answering(resolvers).length > 0 ? 'hidden' : 'unseen', servers: resolvers };
};

import type { Limit } from '../dns-limits';
import type { RecordProblem } from './keys';

/** Whether a server is asked as one of the zone or as a resolver. */
export type Role = 'authoritative' | 'recursive';

/** The judgement of a server's answer. A missing record, a bad one and no answer are three things. */
export type Verdict =
  /** The record is there, valid, and of the expected key. */
  | 'ready'
  /** The name or its TXT record does not exist yet. */
  | 'missing'
  /** A valid record of another key. */
  | 'other-value'
  /** A record that no signer can use. */
  | 'invalid'
  /** No answer, or one that cannot be used. */
  | 'unreachable';

/** Why a server's answer is judged so. */
export type VerdictReason =
  | { readonly kind: 'has-record' | 'has-other-key' | 'no-name' | 'no-record' | 'wildcard-only' }
  | { readonly kind: 'several-records'; readonly count: number }
  | { readonly kind: 'unusable-record'; readonly problem: RecordProblem }
  /** There was nothing to judge. */
  | { readonly kind: 'no-answer'; readonly problem: Problem }
  | MailFromReason;

/** Why a server's answer for a MAIL FROM domain is judged so. */
export type MailFromReason =
  | { readonly kind: 'has-mail-from' | 'no-mx' | 'no-mx-and-spf' }
  /** An alias is in the way, or a host, which would no longer get mail. */
  | { readonly kind: 'alias-in-the-way'; readonly target: string }
  | { readonly kind: 'host-in-the-way'; readonly addresses: readonly string[] }
  | { readonly kind: 'other-mx'; readonly values: readonly string[] }
  | { readonly kind: 'wrong-mx'; readonly values: readonly string[]; readonly expected: string }
  /** That of another region, which SES has to have verified before. */
  | { readonly kind: 'unverified-mx'; readonly value: string }
  | SpfProblem;

/** Why SPF at a name does not let mail from SES pass. */
export type SpfProblem =
  | { readonly kind: 'no-spf' }
  | { readonly kind: 'several-spf'; readonly count: number }
  /** `found`: its beginning. */
  | { readonly kind: 'other-spf'; readonly expected: string; readonly found: string };

export interface ServerVerdict {
  /** `ip:port`, IPv6 in brackets. */
  readonly address: string;
  /** Name of the server in the zone's NS records; absent when the address was given. */
  readonly name?: string;
  readonly role: Role;
  /** The name that an alias led to, if the server was asked for that. */
  readonly askedFor?: string;
  /** The name that this server's own alias leads to, if it has one at the name. */
  readonly aliasTo?: string;
  readonly verdict: Verdict;
  /** Why, as its code with facts. */
  readonly why: VerdictReason;
  /** `why` in words; continues a sentence that begins with "the server". */
  readonly reason: string;
  /** Why there was nothing to judge. Only with `unreachable`. */
  readonly problem?: Problem;
  /** The record's value, shortened for people; undefined without a record. */
  readonly value?: string;
  /** Fingerprint of the key in the record, if it could be read. */
  readonly fingerprint?: string;
  /** Seconds left of the answer's TTL. */
  readonly ttlSeconds?: number;
  readonly roundTripMs: number;
}

/** Why a proof fails, and the code of its error. */
export const FAILURES = {
  /** Some servers have no record, or an older one beside others that have it. */
  late: 'DNS_TXT_NOT_READY',
  /** The zone's servers have it, but resolvers answer that it is missing, or have another one. */
  hidden: 'DNS_TXT_NOT_READY',
  /** Some have a record that no signer can use. */
  invalid: 'DNS_TXT_INVALID',
  /** Some have a record of another key. */
  'other-key': 'DNS_KEY_MISMATCH',
  /** No server gives a usable answer. */
  unanswered: 'DNS_LOOKUP_FAILED',
  /** Some give answers that no working server gives. */
  'false-answer': 'DNS_LOOKUP_FAILED',
  /** The zone's servers have it, but no resolver gives a usable answer. */
  unseen: 'DNS_LOOKUP_FAILED',
  /** The zone's servers have it, but most resolvers hold it back, since DNSSEC fails. */
  dnssec: 'DNS_LOOKUP_FAILED',
  /** A limit was exceeded. */
  limit: 'DNS_LOOKUP_FAILED',
  /** No server contradicts, but too few have answered. */
  thin: 'DNS_LOOKUP_FAILED',
} as const;
export type FailureKind = keyof typeof FAILURES;

/** How a proof ended. */
interface Ended<Code> {
  readonly ready: boolean;
  /** Absent when ready. */
  readonly code?: Code;
  /** What was found, on one line. */
  readonly message: string;
  /** Who must do what, by the row of the code; absent when ready. */
  readonly advice?: string | undefined;
}

/** The gate's outcome, which `gateError` turns into an error. */
export type GateOutcome = Ended<(typeof FAILURES)[FailureKind]> & GateDetails;

/** How many servers have the record, of those that were asked for a name (`askedFor` if an alias led there). */
export interface Count {
  readonly askedFor?: string | undefined;
  readonly ready: number;
  readonly of: number;
}

/** The likely cause of a failure. */
export type LikelyCause = 'not-delegated' | 'former-servers' | 'dnssec' | 'no-ipv6';

/** Something that is published in place of the record, or how its name is typed in. */
export type Hint =
  | { readonly kind: 'wildcard' | 'flattened-alias' }
  | { readonly kind: 'name-twice'; readonly name: string; readonly suffix: string }
  | { readonly kind: 'at-domain' | 'no-selector' | 'no-domainkey'; readonly name: string }
  | { readonly kind: 'how-to-type'; readonly relative: string; readonly zone: string };

/** What the gate has seen, server by server. */
export interface GateDetails {
  /** Absent when ready. */
  readonly failure?: FailureKind | undefined;
  /** Whether servers of the zone or resolvers fail the proof. @default authoritative */
  readonly failing?: Role | undefined;
  /** The count that is too small, with `thin`. */
  readonly counted?: Count | undefined;
  /** Whether every address of a server has to have it. */
  readonly strict?: boolean | undefined;
  readonly domain?: string | undefined;
  readonly cause?: LikelyCause | undefined;
  readonly hints?: readonly Hint[] | undefined;
  /** Whether this round or an earlier one found the record missing. */
  readonly wasMissing?: boolean | undefined;
  /** Why no server could be asked at all. */
  readonly problem?: NobodyAsked | undefined;
  /** Those that may be the cause. */
  readonly staleDelegations?: readonly StaleDelegation[] | undefined;
  readonly recordName: string;
  /** What the record's name must be an alias of. */
  readonly expectedAlias?: string;
  /** The zone cut, if it was found. */
  readonly zone?: string;
  readonly expectedFingerprint: string;
  /** The value to publish. */
  readonly expectedValue?: string;
  /** Sorted by role, by the name asked for, by the server's name and address. */
  readonly servers: readonly ServerVerdict[];
  /**
   * Seconds for which a resolver that asked while the record was not there may go on saying so (SOA minimum, RFC 2308);
   * absent if no server has said that it is not there.
   */
  readonly absenceSeconds?: number;
  /** The limits that were exceeded. */
  readonly limits?: readonly Limit[];
  /** Rounds asked (1 without `waitSeconds`). */
  readonly rounds: number;
  readonly warnings: readonly string[];
}

/** The outcome of a MAIL FROM domain. */
export type MailFromOutcome = Ended<'MAIL_FROM_NOT_READY' | 'MAIL_FROM_INVALID' | 'DNS_LOOKUP_FAILED'> &
  MailFromDetails & {
    /** What a person should know of records that are ready. */
    readonly warnings: readonly string[];
  };

/** What the gate has seen of a MAIL FROM domain, server by server. */
export interface MailFromDetails {
  readonly mailFromDomain: string;
  /** The zone cut; the domain, if it was not found. */
  readonly zone: string;
  /** The records to publish. */
  readonly records: readonly { readonly name: string; readonly type: 'MX' | 'TXT'; readonly value: string }[];
  readonly servers: readonly ServerVerdict[];
  /** Why no server could be asked at all. */
  readonly problem?: NobodyAsked | undefined;
  /** The MX record at the name is that of SES in another region. */
  readonly otherMx?: OtherMx | undefined;
}

/** The one MX record of a MAIL FROM domain, which is that of SES in another region. */
export interface OtherMx {
  /** The region that it names. */
  readonly region: string;
  /** The region of the identity. */
  readonly ofIdentity: string;
  /** Whether the identity of that region has the name in common with this one (`mailFrom.regions`). */
  readonly isShared: boolean;
}

/** A resolver that does not know the servers of a zone, and why. */
export interface ResolverProblem {
  readonly address: string;
  readonly problem: Problem;
}

/** Why no server of a zone could be asked. */
export type NobodyAsked =
  | { readonly kind: 'time-was-up' }
  /** Resolvers know no servers of it. */
  | { readonly kind: 'no-domain'; readonly domain: string }
  | { readonly kind: 'not-found'; readonly domain: string; readonly resolvers: readonly ResolverProblem[] }
  /** Its servers have names without an address. */
  | { readonly kind: 'no-address'; readonly hosts: readonly string[] };

/** Why the texts of a name could not be read. */
export type UnreadTexts = {
  readonly name: string;
} /** No server could be asked; undefined: nothing is known of why. */ & (
  | { readonly nobody: NobodyAsked | undefined }
  /** `alias`: the name that was asked for in its place. */
  | { readonly address: string; readonly problem: Problem; readonly alias?: string | undefined }
);

/** Problems without facts of their own. */
export type PlainProblem =
  /** It let its whole deadline pass. */
  | 'silent'
  /** The round's time was up before its own deadline. */
  | 'time-was-up'
  | 'port-closed'
  | 'hangs-up'
  | 'no-route'
  | 'no-address-of-its-kind'
  | 'not-let-out'
  /** No AA. */
  | 'lame'
  /** No AA, but RA. */
  | 'a-resolver'
  | 'not-dns'
  | 'dnssec-bogus'
  | 'forbidden-address'
  | 'odd-alias';

/** Why a server gave nothing that could be judged. Decisions read the kind. */
export type Problem =
  | { readonly kind: PlainProblem }
  | { readonly kind: 'rcode'; readonly rcode: string }
  | { readonly kind: 'socket'; readonly code: string }
  | { readonly kind: 'refers'; readonly zone: string }
  | { readonly kind: 'alias-unanswered'; readonly target: string }
  | { readonly kind: 'alias-loop'; readonly path: readonly string[] }
  | { readonly kind: 'limit'; readonly limit: Limit }
  /** It was asked over TCP too, after UDP had not been enough. */
  | { readonly kind: 'over-tcp'; readonly after: 'truncation' | 'silence'; readonly answer: Problem };

/** Returns whether the problem is of the machine that asks, not of the server. */
export function isOfThisMachine(problem: Problem | undefined): boolean {
  const kind = problem?.kind === 'over-tcp' ? problem.answer.kind : problem?.kind;
  return kind === 'no-route' || kind === 'no-address-of-its-kind' || kind === 'not-let-out';
}

export function answering(servers: readonly ServerVerdict[]): readonly ServerVerdict[] {
  return servers.filter(({ verdict }) => verdict !== 'unreachable');
}

export function withVerdict(servers: readonly ServerVerdict[], verdict: Verdict): readonly ServerVerdict[] {
  return servers.filter((server) => server.verdict === verdict);
}

export function withRole(servers: readonly ServerVerdict[], role: Role): readonly ServerVerdict[] {
  return servers.filter((server) => server.role === role);
}

/** Returns whether nothing came back at all. */
export function isSilence(problem: Problem | undefined): boolean {
  return problem?.kind === 'silent' || (problem?.kind === 'over-tcp' && problem.after === 'silence');
}

export function isServfail(problem: Problem | undefined): boolean {
  return problem?.kind === 'rcode' && problem.rcode === 'SERVFAIL';
}

/** Returns the servers of a name's own zone that answer without an alias to the target. Resolvers do not show their path. */
export function otherAliases(servers: readonly ServerVerdict[], target: string): ServerVerdict[] {
  return servers.filter(
    ({ role, askedFor, verdict, aliasTo }) =>
      role === 'authoritative' &&
      askedFor === undefined &&
      verdict !== 'unreachable' &&
      aliasTo?.toLowerCase() !== target,
  );
}

/** A server as NS records name it. */
export interface NamedServer {
  /** Absent when its address was given. */
  readonly name?: string;
  /** `ip:port`; none if no address of it is known. */
  readonly addresses: readonly string[];
  /** The zone above no longer leads to it: it need not answer, and proves nothing. */
  readonly isFormer: boolean;
}

/** The zone above names other servers of a zone than the zone itself. */
export interface StaleDelegation {
  readonly zone: string;
  readonly above: readonly string[];
  readonly own: readonly string[];
}

/** What was found out about the servers, beside their answers. */
export interface FoundServers {
  /** The zone cut, if a server of it has answered. */
  readonly zone?: string;
  /** The servers that have to show the record, those that aliases led to with `askedFor`. */
  readonly hosts: readonly (NamedServer & { readonly askedFor?: string })[];
  readonly limits: readonly Limit[];
  /** Why no server could be asked at all. */
  readonly problem?: NobodyAsked;
  readonly staleDelegations: readonly StaleDelegation[];
  /** Seconds for which resolvers may remember that there is no record. */
  readonly absenceSeconds?: number;
}

/** A record that is not proved. */
export interface UnprovedRecord {
  readonly recordName: string;
  readonly expectedFingerprint: string;
  /** Those that do not have it, of how many. */
  readonly servers: readonly ServerVerdict[];
  readonly asked: number;
  /** Whether it is unknown. */
  readonly isUnknown: boolean;
  /** The outcome of the gate, if no server is to blame. */
  readonly gate?: GateDetails | undefined;
}

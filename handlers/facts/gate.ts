import type { Limit } from '../dns-limits';
import type { RecordProblem } from './keys';

/** Role in which a server is asked: as a server of the zone or as a resolver. */
export type Role = 'authoritative' | 'recursive';

/** The judgement of a server's answer. A missing record, a bad record and no answer are three verdicts. */
export type Verdict =
  /** The record exists, is valid, and has the expected key. */
  | 'ready'
  /** The name or its TXT record does not exist yet. */
  | 'missing'
  /** A valid record of another key. */
  | 'other-value'
  /** A record that no signer can use. */
  | 'invalid'
  /** There is no usable answer. */
  | 'unreachable';

/** Reason of the verdict on a server's answer. */
export type VerdictReason =
  | { readonly kind: 'has-record' | 'has-other-key' | 'no-name' | 'no-record' | 'wildcard-only' }
  | { readonly kind: 'several-records'; readonly count: number }
  | { readonly kind: 'unusable-record'; readonly problem: RecordProblem }
  /** There was nothing to judge. */
  | { readonly kind: 'no-answer'; readonly problem: Problem }
  | MailFromReason;

/** Reason of the verdict on a server's answer for a MAIL FROM domain. */
export type MailFromReason =
  | { readonly kind: 'has-mail-from' | 'no-mx' | 'no-mx-and-spf' }
  /** An alias or a host has the name; the host would no longer get mail. */
  | { readonly kind: 'alias-in-the-way'; readonly target: string }
  | { readonly kind: 'host-in-the-way'; readonly addresses: readonly string[] }
  | { readonly kind: 'other-mx'; readonly values: readonly string[] }
  | { readonly kind: 'wrong-mx'; readonly values: readonly string[]; readonly expected: string }
  /** The MX record is that of another region, which SES must have verified before. */
  | { readonly kind: 'unverified-mx'; readonly value: string }
  | SpfProblem;

/** Reason why SPF at a name does not let mail from SES pass. */
export type SpfProblem =
  | { readonly kind: 'no-spf' }
  | { readonly kind: 'several-spf'; readonly count: number }
  /** `found`: its beginning. */
  | { readonly kind: 'other-spf'; readonly expected: string; readonly found: string };

export interface ServerVerdict {
  /** `ip:port`, IPv6 in brackets. */
  readonly address: string;
  /** Name of the server in the zone's NS records; absent if the address was given. */
  readonly name?: string;
  readonly role: Role;
  /** The target of an alias, if the server was asked for that. */
  readonly askedFor?: string;
  /** The target of this server's own alias, if it has one at the name. */
  readonly aliasTo?: string;
  readonly verdict: Verdict;
  /** The reason as a code with facts. */
  readonly why: VerdictReason;
  /** `why` in words, which continue a sentence that begins with "the server". */
  readonly reason: string;
  /** Reason why there was nothing to judge. Only with `unreachable`. */
  readonly problem?: Problem;
  /** The record's value, shortened for people; undefined without a record. */
  readonly value?: string;
  /** Fingerprint of the key in the record, if it could be read. */
  readonly fingerprint?: string;
  /** Remaining seconds of the answer's TTL. */
  readonly ttlSeconds?: number;
  readonly roundTripMs: number;
}

/** Reason why a proof fails, with the code of its error. */
export const FAILURES = {
  /** Some servers have no record, or an older one while others have the new one. */
  late: 'DNS_TXT_NOT_READY',
  /** The zone's servers have the record, but resolvers answer that it is missing, or have another one. */
  hidden: 'DNS_TXT_NOT_READY',
  /** Some have a record that no signer can use. */
  invalid: 'DNS_TXT_INVALID',
  /** Some have a record of another key. */
  'other-key': 'DNS_KEY_MISMATCH',
  /** No server gives a usable answer. */
  unanswered: 'DNS_LOOKUP_FAILED',
  /** Some servers give answers that no working server gives. */
  'false-answer': 'DNS_LOOKUP_FAILED',
  /** The zone's servers have the record, but no resolver gives a usable answer. */
  unseen: 'DNS_LOOKUP_FAILED',
  /** The zone's servers have the record, but most resolvers withhold it, since DNSSEC fails. */
  dnssec: 'DNS_LOOKUP_FAILED',
  /** A limit was exceeded. */
  limit: 'DNS_LOOKUP_FAILED',
  /** No server contradicts, but too few have answered. */
  thin: 'DNS_LOOKUP_FAILED',
} as const;
export type FailureKind = keyof typeof FAILURES;

/** The end of a proof. */
interface Ended<Code> {
  readonly ready: boolean;
  /** Absent when ready. */
  readonly code?: Code;
  /** The result, on one line. */
  readonly message: string;
  /** Advice from the row of the code; absent if ready. */
  readonly advice?: string | undefined;
}

/** The gate's outcome, which `gateError` converts to an error. */
export type GateOutcome = Ended<(typeof FAILURES)[FailureKind]> & GateDetails;

/** Number of servers that have the record among those that were asked for a name (`askedFor` if an alias led there). */
export interface Count {
  readonly askedFor?: string | undefined;
  readonly ready: number;
  readonly of: number;
}

/** The likely cause of a failure. */
export type LikelyCause = 'not-delegated' | 'former-servers' | 'dnssec' | 'no-ipv6';

/** A record that was published by mistake, or the name as people type it into a form. */
export type Hint =
  | { readonly kind: 'wildcard' | 'flattened-alias' }
  | { readonly kind: 'name-twice'; readonly name: string; readonly suffix: string }
  | { readonly kind: 'at-domain' | 'no-selector' | 'no-domainkey'; readonly name: string }
  | { readonly kind: 'how-to-type'; readonly relative: string; readonly zone: string };

/** The gate's observations, server by server. */
export interface GateDetails {
  /** Absent when ready. */
  readonly failure?: FailureKind | undefined;
  /** Whether servers of the zone or resolvers fail the proof. @default authoritative */
  readonly failing?: Role | undefined;
  /** With `thin`, the count that is too small. */
  readonly counted?: Count | undefined;
  /** Whether every address of a server must have the record. */
  readonly strict?: boolean | undefined;
  readonly domain?: string | undefined;
  readonly cause?: LikelyCause | undefined;
  readonly hints?: readonly Hint[] | undefined;
  /** Whether this round or an earlier one found the record missing. */
  readonly wasMissing?: boolean | undefined;
  /** Reason why no server could be asked at all. */
  readonly problem?: NobodyAsked | undefined;
  /** Servers that may be the cause. */
  readonly staleDelegations?: readonly StaleDelegation[] | undefined;
  readonly recordName: string;
  /** Name to which the record's name must be an alias. */
  readonly expectedAlias?: string;
  /** The zone cut, if it was found. */
  readonly zone?: string;
  readonly expectedFingerprint: string;
  /** The value to publish. */
  readonly expectedValue?: string;
  /** Sorted by role, by the name asked for, by the server's name and address. */
  readonly servers: readonly ServerVerdict[];
  /**
   * Seconds for which a resolver that asked too early may still answer that the record is missing (SOA minimum, RFC 2308);
   * absent if no server has given that answer.
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
    /** A warning about records that are ready. */
    readonly warnings: readonly string[];
  };

/** The gate's observations of a MAIL FROM domain, server by server. */
export interface MailFromDetails {
  readonly mailFromDomain: string;
  /** The zone cut, or the domain if it was not found. */
  readonly zone: string;
  /** The records to publish. */
  readonly records: readonly { readonly name: string; readonly type: 'MX' | 'TXT'; readonly value: string }[];
  readonly servers: readonly ServerVerdict[];
  /** Reason why no server could be asked at all. */
  readonly problem?: NobodyAsked | undefined;
  /** The MX record at the name is that of SES in another region. */
  readonly otherMx?: OtherMx | undefined;
  /** The regions whose MX records of SES are at the name, if there are several. SES takes exactly one. */
  readonly mxRegions?: readonly string[] | undefined;
}

/** The one MX record of a MAIL FROM domain, which is that of SES in another region. */
export interface OtherMx {
  /** The region that it names. */
  readonly region: string;
  /** The region of the identity. */
  readonly ofIdentity: string;
  /** Whether the identity of that region shares the name with this one (`mailFrom.regions`). */
  readonly isShared: boolean;
}

/** A resolver that does not know the servers of a zone, with the reason. */
export interface ResolverProblem {
  readonly address: string;
  readonly problem: Problem;
}

/** Reason why no server of a zone could be asked. */
export type NobodyAsked =
  | { readonly kind: 'time-was-up' }
  /** Resolvers know no servers of the zone. */
  | { readonly kind: 'no-domain'; readonly domain: string }
  | { readonly kind: 'not-found'; readonly domain: string; readonly resolvers: readonly ResolverProblem[] }
  /** Its servers have names without an address. */
  | { readonly kind: 'no-address'; readonly hosts: readonly string[] };

/** Reason why the TXT records of a name could not be read. */
export type UnreadTexts = {
  readonly name: string;
} /** No server could be asked; undefined if the reason is not known. */ & (
  | { readonly nobody: NobodyAsked | undefined }
  /** `alias` is the name that was asked for instead. */
  | { readonly address: string; readonly problem: Problem; readonly alias?: string | undefined }
);

/** Problems without facts of their own. */
export type PlainProblem =
  /** The server did not answer before its deadline. */
  | 'silent'
  /** The round's time was up before the server's own deadline. */
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

/** Reason why a server's answer could not be judged. Decisions read the kind. */
export type Problem =
  | { readonly kind: PlainProblem }
  | { readonly kind: 'rcode'; readonly rcode: string }
  | { readonly kind: 'socket'; readonly code: string }
  | { readonly kind: 'refers'; readonly zone: string }
  | { readonly kind: 'alias-unanswered'; readonly target: string }
  | { readonly kind: 'alias-loop'; readonly path: readonly string[] }
  | { readonly kind: 'limit'; readonly limit: Limit }
  /** Whether the server was also asked over TCP, after UDP had not been enough. */
  | { readonly kind: 'over-tcp'; readonly after: 'truncation' | 'silence'; readonly answer: Problem };

/** Checks whether the problem is that of the asking machine, and not of the server. */
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

/** Checks whether there was no answer at all. */
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

/** A server of a zone, by its name in NS records. */
export interface NamedServer {
  /** Absent when its address was given. */
  readonly name?: string;
  /** `ip:port` of each address; empty if none is known. */
  readonly addresses: readonly string[];
  /** Whether the zone above no longer leads to it, so that it need not answer and proves nothing. */
  readonly isFormer: boolean;
}

/** The zone above names other servers of a zone than the zone itself. */
export interface StaleDelegation {
  readonly zone: string;
  readonly above: readonly string[];
  readonly own: readonly string[];
}

/** Facts about the servers in addition to their answers. */
export interface FoundServers {
  /** The zone cut, if a server of it has answered. */
  readonly zone?: string;
  /** The servers that must have the record; those of an alias's target have `askedFor`. */
  readonly hosts: readonly (NamedServer & { readonly askedFor?: string })[];
  readonly limits: readonly Limit[];
  /** Reason why no server could be asked at all. */
  readonly problem?: NobodyAsked;
  readonly staleDelegations: readonly StaleDelegation[];
  /** Seconds for which resolvers may cache that there is no record. */
  readonly absenceSeconds?: number;
}

/** A record that is not proved. */
export interface UnprovedRecord {
  readonly recordName: string;
  readonly expectedFingerprint: string;
  /** The servers without the record, and the number of servers. */
  readonly servers: readonly ServerVerdict[];
  readonly asked: number;
  /** Whether it is unknown. */
  readonly isUnknown: boolean;
  /** The outcome of the gate, if no server is to blame. */
  readonly gate?: GateDetails | undefined;
}

import { LIMITS, type Limit } from '../dns-limits';
import {
  answering,
  isOfThisMachine,
  isSilence,
  type PlainProblem,
  type Problem,
  type ServerRole,
  type Verdict,
  withRole,
  withVerdict,
} from '../dns-verdicts';
import { withoutFullStop } from '../escape';
import {
  describeRecordProblem,
  describeRecordWarning,
  type RecordProblem,
  type RecordWarning,
} from './record';

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
  readonly role: ServerRole;
  /** The target of an alias, if the server was asked for that. */
  readonly askedFor?: string;
  /** The target of this server's own alias, if it has one at the name. */
  readonly aliasTo?: string;
  readonly verdict: Verdict;
  readonly why: VerdictReason;
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

/** Reason why a proof fails. */
export type FailureKind =
  /** Some servers have no record, or an older one while others have the new one. */
  | 'late'
  /** The zone's servers have the record, but resolvers answer that it is missing, or have another one. */
  | 'hidden'
  /** Some have a record that no signer can use. */
  | 'invalid'
  /** Some have a record of another key. */
  | 'other-key'
  /** No server gives a usable answer. */
  | 'unanswered'
  /** Some servers give answers that no working server gives. */
  | 'false-answer'
  /** The zone's servers have the record, but no resolver gives a usable answer. */
  | 'unseen'
  /** The zone's servers have the record, but most resolvers withhold it, since DNSSEC fails. */
  | 'dnssec'
  /** A limit was exceeded. */
  | 'limit'
  /** No server contradicts, but too few have answered. */
  | 'thin';

/** The end of a proof. */
interface Ended<Code> {
  readonly ready: boolean;
  /** Absent when ready. */
  readonly code?: Code;
}

/** The gate's outcome, which `gateError` converts to an error. */
export type GateOutcome = Ended<
  'DNS_TXT_NOT_READY' | 'DNS_TXT_INVALID' | 'DNS_KEY_MISMATCH' | 'DNS_LOOKUP_FAILED'
> &
  GateDetails;

/** Number of servers that have the record among those that were asked for a name (`askedFor` if an alias led there). */
export interface Count {
  readonly askedFor?: string | undefined;
  readonly ready: number;
  readonly of: number;
}

/** The likely cause of a failure. */
export type LikelyCause = 'not-delegated' | 'former-servers' | 'dnssec' | 'no-ipv6';

/** A record that was published by mistake, or the name as people type it into a form. */
export type RecordHint =
  | { readonly kind: 'wildcard' | 'flattened-alias' }
  | { readonly kind: 'name-twice'; readonly name: string; readonly suffix: string }
  | { readonly kind: 'at-domain' | 'no-selector' | 'no-domainkey'; readonly name: string }
  | { readonly kind: 'how-to-type'; readonly relative: string; readonly zone: string };

/** The gate's observations, server by server. */
export interface GateDetails {
  /** Absent when ready. */
  readonly failure?: FailureKind | undefined;
  /** Whether servers of the zone or resolvers fail the proof. @default authoritative */
  readonly failing?: ServerRole | undefined;
  /** With `thin`, the count that is too small. */
  readonly counted?: Count | undefined;
  /** Whether every address of a server must have the record. */
  readonly strict?: boolean | undefined;
  readonly domain?: string | undefined;
  readonly cause?: LikelyCause | undefined;
  readonly hints?: readonly RecordHint[] | undefined;
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
  readonly warnings: readonly ProofWarning[];
}

/** What a proof warns of. */
export type ProofWarning =
  | RecordWarning
  /** Name servers of the zone without an address. */
  | { readonly kind: 'lost-hosts'; readonly zone?: string | undefined; readonly hosts: readonly string[] }
  | ({ readonly kind: 'stale-delegation' } & StaleDelegation)
  /** The record is ready, and these servers have not answered with it. */
  | { readonly kind: 'not-every-server'; readonly servers: readonly ServerVerdict[] };

/** The outcome of a MAIL FROM domain. */
export type MailFromOutcome = Ended<'MAIL_FROM_NOT_READY' | 'MAIL_FROM_INVALID' | 'DNS_LOOKUP_FAILED'> &
  MailFromDetails;

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
  /** The other regions whose MX records of SES are at the name; absent if there are none. */
  readonly otherRegions?: readonly string[] | undefined;
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

function formatServer({ name, address, role }: ServerVerdict): string {
  if (name) return `${name} (${address})`;
  return role === 'recursive' ? `resolver ${address}` : address;
}

/** Largest numbers of servers for a reason, and of reasons. The facts have all of them. */
const NAMED = 4;
const REASONS = 6;

function reasonOf(server: ServerVerdict): string {
  const { verdict, fingerprint, role, ttlSeconds, value } = server;
  const found = verdict === 'other-value' && fingerprint ? ` (${fingerprint})` : '';
  const seen = verdict === 'invalid' && value ? ` (${value})` : '';
  // Only a resolver's TTL runs down, after which the old answer disappears.
  const cached =
    role === 'recursive' && (verdict === 'missing' || verdict === 'other-value' || verdict === 'invalid');
  const left = cached && ttlSeconds !== undefined ? `, from its cache for ${ttlSeconds} s more at most` : '';
  return `${describeVerdict(server)}${found}${seen}${left}`;
}

/** Formats servers on one line, grouped by reason: `ns1 (192.0.2.1:53), ns2 (192.0.2.2:53): says that …; …`. */
export function byReason(servers: readonly ServerVerdict[]): string {
  const groups = new Map<string, ServerVerdict[]>();
  for (const server of servers) {
    const reason = reasonOf(server);
    groups.set(reason, [...(groups.get(reason) ?? []), server]);
  }
  const reasons = [...groups].map(([reason, group]) => {
    const more = group.length > NAMED ? ` and ${group.length - NAMED} more` : '';
    return `${group.slice(0, NAMED).map(formatServer).join(', ')}${more}: ${reason}`;
  });
  const rest = reasons.length - REASONS;
  const left = rest > 0 ? [`other servers: ${rest} more ${rest === 1 ? 'reason' : 'reasons'}`] : [];
  return [...reasons.slice(0, REASONS), ...left].join('; ');
}

/** Says that a MAIL FROM domain is ready. */
export const mailFromIsReady = ({ mailFromDomain, servers }: MailFromDetails): string =>
  `The MAIL FROM domain ${mailFromDomain} has its MX and SPF records on ${servers.length} of ${servers.length} servers.`;

/** Largest number of host names in a list. */
const LISTED_HOSTS = 8;

export function hostList(hosts: readonly string[]): string {
  return hosts.length <= LISTED_HOSTS
    ? hosts.join(', ')
    : `${hosts.slice(0, LISTED_HOSTS).join(', ')} and ${hosts.length - LISTED_HOSTS} more`;
}

/** Problems without facts of their own; each continues a sentence that begins with "the server". */
const WORDS: Readonly<Record<PlainProblem, string>> = {
  /** The server did not answer before its deadline. */
  silent: 'does not answer',
  /** The round's time was up before the server's own deadline. */
  'time-was-up': 'had not answered when time was up',
  'port-closed': 'has its port closed',
  'hangs-up': 'closes the connection without an answer',
  'no-route': 'cannot be reached from here: no route to its network',
  'no-address-of-its-kind':
    'cannot be reached from here: no address of its kind (IPv4, IPv6) on this machine',
  'not-let-out': 'cannot be reached from here: this machine does not allow the query',
  /** No AA. */
  lame: 'is not a server of this zone (lame: its answer has no authority)',
  /** No AA, but RA. */
  'a-resolver': 'is a resolver, not a server of this zone (its answer has no authority)',
  'not-dns': 'sends something that does not answer the question',
  'dnssec-bogus':
    'answers SERVFAIL, and returns the record only if DNSSEC is not checked: its signatures are broken',
  'forbidden-address':
    'was not asked: its address is one that no name server on the internet has (loopback, link-local, multicast, broadcast or reserved)',
  'odd-alias': 'has an alias to something that is not a host name',
};

/** Meaning of each limit, in words that follow "the server" or, for the whole proof, as a sentence without its full stop. */
const LIMIT_WORDS: Readonly<Record<Limit, string>> = {
  txtBytes: `has a TXT record of more than ${LIMITS.txtBytes} octets, which is not read`,
  strayDatagrams: `sends more than ${LIMITS.strayDatagrams} datagrams that do not answer the query`,
  serversPerZone: `a zone names more than ${LIMITS.serversPerZone} servers, and only so many were asked`,
  addresses: `there are more than ${LIMITS.addresses} addresses to ask, and only so many were asked`,
  names: `aliases lead to more than ${LIMITS.names} names`,
  questions: `more than ${LIMITS.questions} questions would have to be asked`,
  receivedBytes: `the answers are longer than ${LIMITS.receivedBytes / 1024 / 1024} MB`,
};

/** Formats a problem; continues a sentence that begins with "the server". */
export function describeProblem(problem: Problem): string {
  switch (problem.kind) {
    case 'rcode':
      return `answers ${problem.rcode}`;
    case 'socket':
      return `cannot be asked (${problem.code})`;
    case 'refers':
      return `refers to the servers of ${problem.zone || 'the root'} instead of answering`;
    case 'alias-unanswered':
      return `has an alias to ${problem.target}, and no server of that name answers`;
    case 'alias-loop':
      return `has an alias that leads back to itself: ${problem.path.join(' → ')}`;
    case 'limit':
      return LIMIT_WORDS[problem.limit];
    case 'over-tcp': {
      const { kind } = problem.answer;
      if (problem.after === 'silence' && kind === 'silent') return WORDS.silent;
      const overUdp =
        problem.after === 'silence' ? 'does not answer over UDP' : 'truncates its answer over UDP';
      return `${overUdp}, and ${kind === 'silent' ? 'is silent over TCP' : `over TCP it ${describeProblem(problem.answer)}`}`;
    }
    default:
      return WORDS[problem.kind];
  }
}

function describeMailFromReason(why: MailFromReason): string {
  switch (why.kind) {
    case 'has-mail-from':
      return 'has both records';
    case 'no-mx':
      return 'has no MX record at the name';
    case 'no-mx-and-spf':
      return 'has no MX record at the name, and no SPF';
    case 'no-spf':
      return 'has no SPF record at the name';
    case 'alias-in-the-way':
      return `has an alias to ${why.target} at the name, which would be lost: only SES may use this name`;
    case 'host-in-the-way':
      return `has a host at the name (${few(why.addresses)}), which would no longer receive mail: only SES may use this name`;
    case 'other-mx':
      return `has other MX records (${few(why.values)}): SES accepts only its own, and mail to the others would be lost`;
    case 'wrong-mx':
      return `has the MX record ${few(why.values)}, and SES accepts exactly one: ${why.expected}`;
    case 'several-spf':
    case 'other-spf':
      return describeSpf(why);
  }
}

/** Describes the problem of SPF at a name; continues a sentence that begins with "the server" or the name. */
export function describeSpf(problem: SpfProblem): string {
  switch (problem.kind) {
    case 'no-spf':
      return 'has no SPF record';
    case 'several-spf':
      return `has ${problem.count} SPF records, and it must be one (RFC 7208 §4.5)`;
    case 'other-spf':
      return (
        'has an SPF record that is not SES’s alone, so that its mail may not pass: expected ' +
        `${problem.expected}, found ${JSON.stringify(problem.found)}`
      );
  }
}

const few = (values: readonly string[]): string => values.slice(0, 4).join(', ');

function describeReason(why: VerdictReason): string {
  switch (why.kind) {
    case 'has-record':
      return 'has the record';
    case 'has-other-key':
      return 'has a valid record of another key';
    case 'no-name':
      return 'answers that the name does not exist';
    case 'no-record':
      return 'has no TXT record at the name';
    case 'wildcard-only':
      return 'has no record at the name, only a wildcard that answers for it';
    case 'several-records':
      return `has ${why.count} TXT records at the name, and it must be one (RFC 6376 §3.6.2.2)`;
    case 'unusable-record':
      return `has a record that ${describeRecordProblem(why.problem)}`;
    case 'no-answer':
      return describeProblem(why.problem);
    default:
      return describeMailFromReason(why);
  }
}

/** Describes the reason why no server could be asked, as a sentence after a colon. */
export function describeNobody(nobody: NobodyAsked): string {
  switch (nobody.kind) {
    case 'time-was-up':
      return 'time was up before any server had answered.';
    case 'no-domain':
      return `there is no domain ${nobody.domain} in DNS: resolvers know no name servers of it.`;
    case 'not-found': {
      const asked = nobody.resolvers.map(
        ({ address, problem }) => `resolver ${address} ${describeProblem(problem)}`,
      );
      return `the servers of ${nobody.domain} could not be found: ${asked.join('; ')}.`;
    }
    case 'no-address':
      return `no address is known of its name servers ${hostList(nobody.hosts)}.`;
  }
}

/** Describes, in a clause, why the TXT records of a name could not be read. */
export function describeUnread(facts: UnreadTexts): string {
  if (!('problem' in facts)) return facts.nobody ? describeNobody(facts.nobody) : 'no server answers';
  const { name, address, problem, alias } = facts;
  const of = alias === undefined ? '' : ` for ${alias}, of which ${name} is an alias`;
  return `${address} ${describeProblem(problem)}${of}`;
}

/** Describes the reason of a verdict; continues a sentence that begins with "the server". */
export function describeVerdict({
  why,
  aliasTo,
  askedFor,
}: Pick<ServerVerdict, 'why' | 'aliasTo' | 'askedFor'>): string {
  const own = describeReason(why);
  if (why.kind === 'wildcard-only') return own;
  const isOfTarget = aliasTo !== undefined && why.kind !== 'no-answer';
  const found = isOfTarget ? `has an alias to ${aliasTo}, whose server ${own}` : own;
  return askedFor === undefined ? found : `${found} (asked for ${askedFor})`;
}

/** Returns servers with the reasons of their verdicts in words, as they leave. */
export const withReasons = (servers: readonly ServerVerdict[]): ToldVerdict[] =>
  servers.map((server) => ({ ...server, reason: describeVerdict(server) }));

/** A verdict with its reason in words, which continue a sentence that begins with "the server". */
interface ToldVerdict extends ServerVerdict {
  readonly reason: string;
}

const formatStale = ({ zone, above, own }: StaleDelegation): string =>
  `The zone above names other servers of ${zone} (${hostList(above)}) than ${zone} itself does (${hostList(own)}).`;

/** Returns the name of the kind of servers that were asked. */
const serversOf = (zone: string | undefined, servers: readonly ServerVerdict[]): string =>
  withRole(servers, 'recursive').length > 0 ? 'resolvers' : `name servers${zone ? ` of ${zone}` : ''}`;

const isUnreached = ({ problem }: ServerVerdict): boolean => isSilence(problem) || isOfThisMachine(problem);

/** Describes that no server could be asked, or that none gave a usable answer. */
function noAnswer(
  { recordName, problem, failure, zone }: GateDetails,
  servers: readonly ServerVerdict[],
): string {
  const asked = `DNS could not be asked for ${recordName}:`;
  if (problem) return `${asked} ${describeNobody(problem)}`;
  const silent = servers.every(isUnreached);
  return (
    `${asked} ${failure === 'unseen' ? 'its own name servers have the record, but ' : ''}` +
    `none of the ${serversOf(zone, servers)} gave ${silent ? 'an answer' : 'a usable answer'}. ${byReason(servers)}.`
  );
}

/** Describes that a record is late, or that resolvers do not see it yet. */
function notYet({ details, servers, contradiction }: FailedProof): string {
  const { recordName, failure, zone, expectedFingerprint } = details;
  const hidden =
    failure === 'hidden' ? 'Its own name servers have it, but resolvers do not see it yet. ' : '';
  return (
    `DNS TXT record for ${recordName} is not yet available. Please wait for DNS propagation. ${hidden}` +
    `${withVerdict(servers, 'ready').length} of ${answering(servers).length} ${serversOf(zone, servers)} that answer have it ` +
    `(the key is ${expectedFingerprint}). ${contradiction}.`
  );
}

/** Describes that too few servers gave the record. */
function tooFew(details: GateDetails, servers: readonly ServerVerdict[], others: string): string {
  const { zone, strict, counted = { ready: 0, of: 0 } } = details;
  const needed = strict ? 'every address of each has to (gate.strict)' : 'at least half have to';
  const askedFor = counted.askedFor === undefined ? '' : ` asked for ${counted.askedFor}`;
  const why = others === '' ? '' : ` ${others}.`;
  return `${counted.ready} of ${counted.of} ${serversOf(zone, servers)}${askedFor} returned the record; ${needed}.${why}`;
}

/** The observations of a proof that failed, as its row reads them. */
interface FailedProof {
  readonly details: GateDetails;
  /** The servers of the zone or the resolvers that cause it. */
  readonly servers: readonly ServerVerdict[];
  /** Those of them without the record. */
  readonly others: readonly ServerVerdict[];
  /** The answers without the record, in words. */
  readonly contradiction: string;
}

/** The row of a failed proof: its sentence and the advice. */
interface FailureRow {
  readonly what: (proof: FailedProof) => string;
  readonly todo: (details: GateDetails) => string;
  /** Whether resolvers may still answer that the record is missing. */
  readonly isLate?: true;
}

export const AGAIN = 'then deploy again.';

const UNSEEN = `Find out why these resolvers do not answer here, or list others in gate.resolvers; ${AGAIN}`;

const UNANSWERED =
  'Find out why these servers do not answer here: check whether DNS queries (port 53 over UDP and TCP) can leave this network. If they cannot, set ' +
  `gate.mode: recursive and gate.resolvers to resolvers that may be asked; ${AGAIN}`;

const nothingSeen = ({ details, servers }: FailedProof): string =>
  `${noAnswer(details, servers)} This says nothing about the record itself.`;

const unknown = ({ recordName }: GateDetails): string =>
  `Whether ${recordName} is published everywhere is unknown:`;

const FAILED_PROOFS: Readonly<Record<FailureKind, FailureRow>> = {
  late: {
    what: notYet,
    todo: ({ expectedValue }) =>
      `Publish the record on every one of these servers, or wait until it has arrived there; ${AGAIN} The record reads: ${expectedValue}`,
    isLate: true,
  },
  hidden: {
    what: notYet,
    todo: () => `Wait until the caches of these resolvers expire, ${AGAIN}`,
    isLate: true,
  },
  invalid: {
    what: ({ details, contradiction }) =>
      `DNS TXT record for ${details.recordName} cannot be used, and waiting does not help. ${contradiction}.`,
    todo: ({ expectedValue }) => `Replace it with one TXT record that reads: ${expectedValue}`,
  },
  'other-key': {
    what: ({ details, contradiction }) =>
      `DNS TXT record for ${details.recordName} is of another key: expected ${details.expectedFingerprint}. ${contradiction}. That is the value of another selector, or of an earlier key.`,
    todo: ({ expectedValue }) =>
      'If mail is signed with the published key, leave the record: put its private key into S3, or use a new selector. ' +
      `Publish the record of the expected key only if that is the right one; it reads: ${expectedValue}`,
  },
  limit: {
    what: ({ details }) => {
      const each = (details.limits ?? []).map((limit) => `Limit ${limit}: ${LIMIT_WORDS[limit]}`).join('; ');
      return `${unknown(details)} the gate would have to send more queries than it may. ${each}.`;
    },
    todo: () => 'Find out why the zone answers so, or list the servers to ask in gate.nameservers.',
  },
  'false-answer': {
    what: ({ details, others }) =>
      `${unknown(details)} some servers give answers that cannot be used. ${byReason(others)}.`,
    todo: () => `Take these servers out of the zone, or fix them; ${AGAIN}`,
  },
  thin: {
    what: ({ details, servers, others }) =>
      `${unknown(details)} ${tooFew(details, servers, byReason(others))}`,
    todo: () => `Get the others to answer, or take them out of the zone; ${AGAIN}`,
  },
  dnssec: {
    what: ({ details: { recordName, zone }, servers }) =>
      `DNS TXT record for ${recordName} is published, but resolvers that check DNSSEC withhold it: the signatures of ` +
      `${zone ?? 'its zone'} are broken, and mail servers will not see the record. ${byReason(servers)}.`,
    todo: () => `Fix the DNSSEC of the zone (the DS record at the zone above, or the signatures); ${AGAIN}`,
  },
  unanswered: {
    what: nothingSeen,
    todo: ({ problem, servers }) => {
      if (problem !== undefined) return `Fix that, ${AGAIN}`;
      return withRole(servers, 'recursive').length > 0 ? UNSEEN : UNANSWERED;
    },
  },
  unseen: { what: nothingSeen, todo: () => UNSEEN },
};

function describeFailure(details: GateDetails): string {
  const { failing = 'authoritative', failure = 'unanswered' } = details;
  const servers = withRole(details.servers, failing);
  const others = servers.filter(({ verdict }) => verdict !== 'ready');
  const contradiction = byReason(answering(others));
  // A ledger may have the failure of a newer function.
  const row = FAILED_PROOFS[failure] as FailureRow | undefined;
  return row?.what({ details, servers, others, contradiction }) ?? `${unknown(details)} ${byReason(others)}.`;
}

/** Returns the advice about a proof that failed; `undefined` if none has. */
export const todoOfFailedProof = (details: GateDetails): string | undefined =>
  details.failure && (FAILED_PROOFS[details.failure] as FailureRow | undefined)?.todo(details);

function describeCause(cause: LikelyCause, { zone, domain }: GateDetails): string {
  switch (cause) {
    case 'not-delegated':
      return `The domain ${domain} is not delegated: it is not registered, or its registration has lapsed.`;
    case 'former-servers':
      return (
        'The zone above does not name these servers, but resolvers here do, from their caches or a view of their own (split ' +
        'horizon): wait until the caches expire, or list the servers to ask in gate.nameservers.'
      );
    case 'dnssec':
      return `The likely cause is DNSSEC: the signatures of ${zone ?? domain}, or the DS record at the zone above, are wrong or expired.`;
    case 'no-ipv6':
      return (
        'These servers have IPv6 addresses only, and this machine seems to have no IPv6 (the Lambda function has ' +
        'none); gate.mode: recursive asks resolvers instead.'
      );
  }
}

const MISPLACED = {
  'at-domain': 'it is at the domain itself, and its name lacks the selector and _domainkey',
  'no-selector': 'its name lacks the selector',
  'no-domainkey': 'its name lacks _domainkey',
} as const;

function describeHint(hint: RecordHint, recordName: string): string {
  switch (hint.kind) {
    case 'wildcard':
      return 'A wildcard answers for every name there: publish the record at the name itself.';
    case 'flattened-alias':
      return 'The name has an address and no TXT record: a CNAME there is proxied or flattened. Switch that off for this name ("DNS only").';
    case 'name-twice':
      return `A DKIM record was found at ${hint.name}: ${hint.suffix} is in its name twice.`;
    case 'how-to-type':
      return `In a web form of ${hint.zone} its name is ${hint.relative}; in a zone file it is that, or ${recordName}. with a dot at its end.`;
    default:
      return `A DKIM record was found at ${hint.name}: ${MISPLACED[hint.kind]}.`;
  }
}

/** Describes how long resolvers may still answer that the record is missing. */
function describeAbsence({ absenceSeconds, wasMissing, zone, failure }: GateDetails): string[] {
  const isLate = failure === undefined || (FAILED_PROOFS[failure] as FailureRow | undefined)?.isLate === true;
  if (!wasMissing || !isLate || absenceSeconds === undefined) return [];
  return [
    `Resolvers that were asked for it before may still answer that it is missing, for ${absenceSeconds} s at most (the SOA minimum of ${zone ?? 'its zone'}).`,
  ];
}

function sentencesOf(details: GateDetails): string[] {
  const { cause, hints = [], recordName } = details;
  return [
    describeFailure(details).trim(),
    ...(cause === undefined ? [] : [describeCause(cause, details)]),
    ...hints.map((hint) => describeHint(hint, recordName)),
    ...describeAbsence(details),
  ];
}

/** Describes a record that is not proved. */
export function whatOfRecord(details: GateDetails): string {
  const { expectedAlias, recordName, servers } = details;
  if (expectedAlias === undefined) return [...sentencesOf(details), 'SES has not been changed.'].join(' ');
  const found = servers.map(
    (server) => `${formatServer(server)} has ${server.aliasTo ? `an alias of ${server.aliasTo}` : 'none'}`,
  );
  return `${recordName} must be a CNAME to ${expectedAlias}. Found: ${found.join('; ')}.`;
}

/** Describes a proved record, with the numbers of servers of the zone and of resolvers that have it. */
export function recordIsReady(details: GateDetails): string {
  const { zone, recordName } = details;
  const parts = (['authoritative', 'recursive'] as const).flatMap((role) => {
    const all = withRole(details.servers, role);
    const ready = withVerdict(all, 'ready').length;
    if (all.length === 0) return [];
    if (role === 'authoritative') return [`${ready} of ${all.length} ${serversOf(zone, all)} have it`];
    const [resolver, sees] = ready === 1 ? ['resolver', 'sees'] : ['resolvers', 'see'];
    return [`${ready} ${resolver} of ${all.length} ${sees} it`];
  });
  const published = `DNS TXT record for ${recordName} is published: ${parts.join(', and ')}.`;
  return [published, ...describeAbsence(details)].join(' ');
}

/** Describes why an expected record is not proved, independently of SES, as a sentence without its full stop. */
export function whyUnproved({ isUnknown, recordName, servers, ...record }: UnprovedRecord): string {
  const { gate, asked, expectedFingerprint } = record;
  if (gate !== undefined) return withoutFullStop(sentencesOf(gate).join(' '));
  const found = isUnknown
    ? `DNS could not be asked for ${recordName}`
    : `The record ${recordName} is not as expected (key ${expectedFingerprint}) on ${servers.length} of ${asked} servers`;
  return `${found}: ${byReason(servers)}`;
}

/** Describes a warning of a proof. */
export function describeProofWarning(warning: ProofWarning): string {
  switch (warning.kind) {
    case 'hazard':
    case 'testing':
      return describeRecordWarning(warning);
    case 'lost-hosts': {
      const { zone, hosts } = warning;
      return `These name servers${zone ? ` of ${zone}` : ''} have no address: ${hostList(hosts)}.`;
    }
    case 'stale-delegation':
      return formatStale(warning);
    case 'not-every-server':
      return `Not every server answered with the record: ${byReason(warning.servers)}.`;
  }
}

/** Reads replies: the records that a server has at a name, and the targets of its aliases. */

import { LIMITS } from '../dns-limits';
import type { Problem, ServerRole } from '../dns-verdicts';
import type { ServerVerdict } from '../words/gate';
import { isPlainName, type Question, type Reply, type ResourceRecord, sameName } from './codec';
import { type Endpoint, formatEndpoint } from './endpoint';

/** Checks whether a name is the apex of a zone or below it. */
export function isWithin(name: string, zone: string): boolean {
  const [n, z] = [name.toLowerCase(), zone.toLowerCase()];
  return z === '' || z === '.' || n === z || n.endsWith(`.${z}`);
}

export function isAbove(zone: string, other: string): boolean {
  return !sameName(zone, other) && isWithin(other, zone);
}

export type RecordType = Extract<Question['type'], 'TXT' | 'MX' | 'A' | 'AAAA'>;

/** Asks for the records of one type at a name, which is in A-labels, in lower case, without a trailing dot. */
export interface RecordQuestion {
  readonly name: string;
  readonly type: RecordType;
}

export interface Referral {
  readonly zone: string;
  /** Names in lower case. */
  readonly nameservers: readonly string[];
  /** Addresses in the additional section, by the server's name in lower case. */
  readonly glue?: ReadonlyMap<string, readonly string[]>;
}

/** A server's answer that the name is in a zone that it has delegated. */
type ReferralAnswer = Referral & { readonly kind: 'referral' };

/** The meaning of a reply to a question for records. */
export type Answer =
  | { readonly kind: 'records'; readonly values: readonly string[]; readonly ttlSeconds: number }
  /** Its target is in lower case, and is looked up at the servers of its own zone. */
  | { readonly kind: 'alias'; readonly target: string }
  | { readonly kind: 'none'; readonly rcode: 'NXDOMAIN' | 'NOERROR'; readonly ttlSeconds?: number }
  | ReferralAnswer
  | { readonly kind: 'failure'; readonly problem: Problem };

/** A server or resolver that was asked, and its answer. */
export interface AskedServer {
  readonly endpoint: Endpoint;
  /** The name in the zone's NS records; absent if the address was given. */
  readonly name?: string;
  readonly answer: Answer;
  readonly roundTripMs: number;
}

/** Checks whether an answer is about the name: records, an alias, or the absence of records. */
export function isReply({ kind }: Answer): boolean {
  return kind !== 'failure' && kind !== 'referral';
}

type Of<Type> = ResourceRecord & { readonly type: Type };

function ofType<Type extends ResourceRecord['type']>(
  records: readonly ResourceRecord[],
  type: Type,
): readonly Of<Type>[] {
  return records.filter((record): record is Of<Type> => record.type === type && record.class === 'IN');
}

/** Returns the zone of a negative answer (its SOA), and the number of seconds for which it may be cached (RFC 2308 §5). */
export function authorityOf(reply: Reply): { zone: string; negativeTtlSeconds: number } | undefined {
  const [soa] = ofType(reply.authorities, 'SOA');
  return soa && { zone: soa.name.toLowerCase(), negativeTtlSeconds: Math.min(soa.ttl, soa.data.minimum) };
}

/** Returns the names of a zone's servers from a reply, in lower case. */
export function nameserversIn(records: readonly ResourceRecord[], zone: string): readonly string[] {
  return ofType(records, 'NS')
    .filter(({ name }) => sameName(name, zone))
    .map(({ data }) => data.toLowerCase());
}

/** Returns all addresses in a reply, for any name. */
export function addressesIn(records: readonly ResourceRecord[]): readonly string[] {
  return records.flatMap((record) =>
    (record.type === 'A' || record.type === 'AAAA') && record.class === 'IN' ? [record.data] : [],
  );
}

export function referralIn(reply: Reply, name: string): ReferralAnswer | undefined {
  if (reply.authoritative || reply.rcode !== 'NOERROR' || reply.answers.length > 0) return undefined;
  const zone = ofType(reply.authorities, 'NS').find((record) => isWithin(name, record.name))?.name;
  if (zone === undefined) return undefined;
  const nameservers = nameserversIn(reply.authorities, zone);
  const glue = new Map(nameservers.map((host): [string, string[]] => [host, []]));
  for (const record of reply.additionals) glue.get(record.name.toLowerCase())?.push(...addressesIn([record]));
  return { kind: 'referral', zone: zone.toLowerCase(), nameservers, glue };
}

export function failedAnswer(problem: Problem): Extract<Answer, { kind: 'failure' }> {
  return { kind: 'failure', problem };
}

function recordText(record: Of<RecordType>): string {
  if (record.type === 'TXT') return record.data.toString('latin1');
  return record.type === 'MX'
    ? `${record.data.preference} ${record.data.exchange.toLowerCase() || '.'}`
    : record.data;
}

/** Returns the zone of the SOA in a server's reply, if the name is in it. */
export function zoneIn(reply: Reply, name: string): string | undefined {
  if (!reply.authoritative || reply.answers.some(({ type }) => type === 'CNAME')) return undefined;
  const own = reply.answers.find(({ type }) => type === 'SOA')?.name.toLowerCase();
  const zone = authorityOf(reply)?.zone ?? own;
  return zone !== undefined && isWithin(name, zone) ? zone : undefined;
}

/** Reads the reply of an authoritative server or of a resolver. */
export function readReply(reply: Reply, { name, type }: RecordQuestion, role: ServerRole): Answer {
  const { rcode } = reply;
  if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return failedAnswer({ kind: 'rcode', rcode });
  if (role === 'authoritative' && !reply.authoritative)
    return (
      referralIn(reply, name) ?? failedAnswer({ kind: reply.recursionAvailable ? 'a-resolver' : 'lame' })
    );
  const found = findRecords(reply, { name, type }, role);
  // Resolvers and most clients pass on the denial, and not a record beside it. With an alias, it is about the target (RFC 6604).
  const isDenied = rcode === 'NXDOMAIN' && found?.kind === 'records';
  if (found && !isDenied) return found;
  return { kind: 'none', rcode, ttlSeconds: authorityOf(reply)?.negativeTtlSeconds };
}

/** Finds a reply's records for the name or for the end of its aliases; undefined if it has none. */
function findRecords(reply: Reply, { name, type }: RecordQuestion, role: ServerRole): Answer | undefined {
  let owner = name.toLowerCase();
  for (let names = 0; names < LIMITS.names; names += 1) {
    const here = reply.answers.filter((record) => sameName(record.name, owner));
    const records = ofType(here, type);
    if (records.length > 0) return readRecords(records);
    const [alias] = ofType(here, 'CNAME');
    if (!alias) return undefined;
    if (!isPlainName(alias.data)) return failedAnswer({ kind: 'odd-alias' });
    owner = alias.data.toLowerCase();
    // A resolver has followed the aliases itself. A server's records of other zones prove nothing.
    if (role === 'authoritative') return { kind: 'alias', target: owner };
  }
  return undefined;
}

function readRecords(records: readonly Of<RecordType>[]): Answer {
  if (records.some((record) => record.type === 'TXT' && record.isTooLong))
    return failedAnswer({ kind: 'limit', limit: 'txtBytes' });
  const ttlSeconds = Math.min(...records.map(({ ttl }) => ttl));
  return { kind: 'records', values: records.map(recordText), ttlSeconds };
}

/** A server's records for a name, at the end of its aliases. */
export interface Content {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, …; undefined if no answer can be used. */
  readonly rcode?: string;
  /**
   * One per record. TXT: the joined strings, with octets as Latin-1 so that none is lost. MX: preference and exchange as in a
   * zone file, in lower case, without the last dot: `10 mail.example.com`; with `0 .` the domain accepts no mail.
   */
  readonly values: readonly string[];
  readonly ttlSeconds?: number;
  readonly problem?: Problem;
}

/** One server's answer. A server that an alias led to has a separate entry, with `askedFor`. */
export interface ServerAnswer
  extends Content,
    Pick<ServerVerdict, 'address' | 'name' | 'role' | 'askedFor' | 'aliasTo' | 'roundTripMs'> {
  /** Its records of the further types in the request, in their order. */
  readonly also?: readonly Content[];
}

/** Answers of each name's servers: first those of the requested name, and then those of the aliases' targets. */
export type Names = ReadonlyMap<string, readonly AskedServer[]>;

/** An answer that is not an alias. */
type End = Exclude<Answer, { readonly kind: 'alias' }>;

/** Returns the possible paths of aliases from one name to another, whichever server is asked on the way. */
function pathTo(names: Names, from: string, to: string, seen = new Set<string>()): string[] | undefined {
  if (from === to) return [to];
  seen.add(from);
  for (const { answer } of names.get(from) ?? []) {
    if (answer.kind !== 'alias' || seen.has(answer.target)) continue;
    const rest = pathTo(names, answer.target, to, seen);
    if (rest) return [from, ...rest];
  }
  return undefined;
}

/** Returns a function that finds the end of an answer's aliases, with the first server there that has an answer. */
function createEndOf(names: Names): (answer: Answer, name: string) => End {
  const known = new Map<string, End>();

  const endOf = (answer: Answer, name: string): End => {
    if (answer.kind !== 'alias') return answer;
    const { target } = answer;
    const back = pathTo(names, target, name);
    if (back) return failedAnswer({ kind: 'alias-loop', path: [name, ...back] });
    // Results are kept by name, since every server of a name may have the same alias, and a chain would otherwise be walked
    // servers^hops times.
    const end = known.get(target) ?? endAt(target);
    known.set(target, end);
    return end;
  };

  const endAt = (target: string): End => {
    const found = names.get(target);
    if (!found) return failedAnswer({ kind: 'limit', limit: 'names' });
    const ends = found.map(({ answer }) => endOf(answer, target));
    const isLoop = (end: End): boolean => end.kind === 'failure' && end.problem.kind === 'alias-loop';
    return ends.find(isReply) ?? ends.find(isLoop) ?? failedAnswer({ kind: 'alias-unanswered', target });
  };

  return endOf;
}

/** Returns why an answer has no content. */
function problemOf(answer: Exclude<Answer, { readonly kind: 'records' | 'none' }>): Problem {
  switch (answer.kind) {
    case 'failure':
      return answer.problem;
    case 'referral':
      return { kind: 'refers', zone: answer.zone };
    case 'alias':
      return { kind: 'alias-unanswered', target: answer.target };
  }
}

/** Returns the content of an answer, without following an alias in it. */
export function contentOf(answer: Answer): Content {
  if (answer.kind === 'records')
    return { rcode: 'NOERROR', values: answer.values, ttlSeconds: answer.ttlSeconds };
  if (answer.kind === 'none') return { rcode: answer.rcode, values: [], ttlSeconds: answer.ttlSeconds };
  const problem = problemOf(answer);
  const rcode = problem.kind === 'rcode' ? problem.rcode : undefined;
  return { rcode, values: [], problem };
}

/** Follows the aliases in the answers of all servers. */
export function serverAnswers(names: Names, role: ServerRole): readonly ServerAnswer[] {
  const endOf = createEndOf(names);
  return [...names].flatMap(([askedFor, asked], at) =>
    asked.map(({ endpoint, name, answer, roundTripMs }) => ({
      address: formatEndpoint(endpoint),
      name,
      role,
      ...(at > 0 && { askedFor }),
      ...(answer.kind === 'alias' && { aliasTo: answer.target }),
      ...contentOf(endOf(answer, askedFor)),
      roundTripMs,
    })),
  );
}

import type { Endpoint } from './endpoint';
import { LIMITS } from './limits';
import { isPlainName, type Question, type Reply, type ResourceRecord, sameName } from './message';
import { isWithin } from './names';
import type { Problem, Role } from './outcome';

export type RecordType = Extract<Question['type'], 'TXT' | 'MX' | 'A' | 'AAAA'>;

/** Asks for the records of one type at a name, which is in A-labels, in lower case, without a trailing dot. */
export interface RecordQuestion {
  readonly name: string;
  readonly type: RecordType;
}

export interface Records {
  readonly kind: 'records';
  /**
   * One per record. TXT: its strings joined; octets as Latin-1, so that none is lost. MX: preference and exchange as in a
   * zone file, in lower case, without the last dot: `10 mail.example.com`; `0 .` takes no mail.
   */
  readonly values: readonly string[];
  readonly ttlSeconds: number;
}

/** A zone and its servers. */
export interface Delegation {
  readonly zone: string;
  /** In lower case. */
  readonly nameservers: readonly string[];
  /** Addresses that came along, by name of the server in lower case. */
  readonly glue?: ReadonlyMap<string, readonly string[]>;
}

/** A server's answer that the name lies in a zone which it has delegated. */
export type Referral = Delegation & { readonly kind: 'referral' };

/** The meaning of a reply to a question for records. */
export type Answer =
  | Records
  | {
      readonly kind: 'alias';
      /** Targets of the aliases in the reply, in order, in lower case; at least one. */
      readonly targets: readonly string[];
      /** The records at the end of them, in the same reply; the server need not be authoritative for them. */
      readonly atEnd?: Records;
      readonly ttlSeconds: number;
    }
  | { readonly kind: 'none'; readonly why: 'NXDOMAIN' | 'NODATA'; readonly ttlSeconds?: number }
  | Referral
  | { readonly kind: 'failure'; readonly problem: Problem };

/** The answer of one server or resolver. */
export interface Finding {
  readonly endpoint: Endpoint;
  /** In the zone's NS records; absent when the address was given. */
  readonly name?: string;
  readonly answer: Answer;
  readonly roundTripMs: number;
}

/** Returns whether an answer is about the name: records, an alias, or nothing there. */
export const isReply = ({ kind }: Answer): boolean => kind !== 'failure' && kind !== 'referral';

type Of<Type> = ResourceRecord & { readonly type: Type };

const ofType = <Type extends ResourceRecord['type']>(
  records: readonly ResourceRecord[],
  type: Type,
): readonly Of<Type>[] =>
  records.filter((record): record is Of<Type> => record.type === type && record.class === 'IN');

/** Returns the zone of a negative answer (its SOA), and for how many seconds the answer may be cached (RFC 2308 §5). */
export const authorityOf = (reply: Reply): { zone: string; negativeTtlSeconds: number } | undefined => {
  const [soa] = ofType(reply.authorities, 'SOA');
  return soa && { zone: soa.name.toLowerCase(), negativeTtlSeconds: Math.min(soa.ttl, soa.data.minimum) };
};

/** Returns the names of a zone's servers in a reply, in lower case. */
export const nameserversIn = (records: readonly ResourceRecord[], zone: string): readonly string[] =>
  ofType(records, 'NS')
    .filter(({ name }) => sameName(name, zone))
    .map(({ data }) => data.toLowerCase());

/** Groups records by their owner, in lower case. */
const byOwner = (records: readonly ResourceRecord[]): ReadonlyMap<string, readonly ResourceRecord[]> => {
  const owners = new Map<string, ResourceRecord[]>();
  for (const record of records) {
    const owner = record.name.toLowerCase();
    const known = owners.get(owner);
    if (known) known.push(record);
    else owners.set(owner, [record]);
  }
  return owners;
};

/** Returns the addresses in a reply, of whichever names. */
export const addressesIn = (records: readonly ResourceRecord[] = []): readonly string[] =>
  records.flatMap((record) =>
    (record.type === 'A' || record.type === 'AAAA') && record.class === 'IN' ? [record.data] : [],
  );

export const referralIn = (reply: Reply, name: string): Referral | undefined => {
  if (reply.authoritative || reply.rcode !== 'NOERROR' || reply.answers.length > 0) return undefined;
  const zone = ofType(reply.authorities, 'NS').find((record) => isWithin(name, record.name))?.name;
  if (zone === undefined) return undefined;
  const nameservers = nameserversIn(reply.authorities, zone);
  const additionals = byOwner(reply.additionals);
  const glue = new Map(nameservers.map((host) => [host, addressesIn(additionals.get(host))]));
  return { kind: 'referral', zone: zone.toLowerCase(), nameservers, glue };
};

export const failure = (problem: Problem): Extract<Answer, { kind: 'failure' }> => ({
  kind: 'failure',
  problem,
});

/** Walks the answer section: from the name along its aliases to the records. */
const walk = (answers: readonly ResourceRecord[], name: string, type: RecordType) => {
  const owners = byOwner(answers);
  const targets: string[] = [];
  let ttlSeconds = Number.POSITIVE_INFINITY;
  for (let owner = name.toLowerCase(); ; ) {
    const here = owners.get(owner) ?? [];
    const records = ofType(here, type);
    const [alias] = ofType(here, 'CNAME');
    if (records.length > 0 || !alias) return { targets, records, ttlSeconds };
    ttlSeconds = Math.min(ttlSeconds, alias.ttl);
    owner = alias.data.toLowerCase();
    // A loop is walked once, up to where it closes.
    const closes = owner === name.toLowerCase() || targets.includes(owner);
    targets.push(owner);
    if (closes || targets.length > LIMITS.aliasesInChain) return { targets, records, ttlSeconds };
  }
};

const octetsOf = (record: Of<RecordType>): number =>
  record.type === 'TXT' ? record.data.reduce((sum, { length }) => sum + length, 0) : 0;

const recordText = (record: Of<RecordType>): string => {
  if (record.type === 'TXT') return Buffer.concat(record.data).toString('latin1');
  return record.type === 'MX'
    ? `${record.data.preference} ${record.data.exchange.toLowerCase() || '.'}`
    : record.data;
};

/** Reads the reply of an authoritative server or of a resolver. */
export const readReply = (reply: Reply, { name, type }: RecordQuestion, role: Role): Answer => {
  const { rcode, answers } = reply;
  if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return failure({ kind: 'rcode', rcode });
  if (role === 'authoritative' && !reply.authoritative) {
    return referralIn(reply, name) ?? failure({ kind: reply.recursionAvailable ? 'a-resolver' : 'lame' });
  }
  const { targets, records, ttlSeconds } = walk(answers, name, type);
  if (targets.some((target) => !isPlainName(target))) return failure({ kind: 'odd-alias' });
  if (records.some((record) => octetsOf(record) > LIMITS.txtBytes)) {
    return failure({ kind: 'limit', limit: 'txtBytes' });
  }
  const found: Records | undefined =
    records.length === 0
      ? undefined
      : {
          kind: 'records',
          values: records.map(recordText),
          ttlSeconds: Math.min(...records.map(({ ttl }) => ttl)),
        };
  // A resolver has walked the aliases itself. Of an authoritative server, the aliases tell where its own part ends.
  if (found && (targets.length === 0 || role === 'recursive')) return found;
  if (role === 'authoritative' && targets.length > 0) {
    return { kind: 'alias', targets, atEnd: found, ttlSeconds };
  }
  const fitting = answers.filter((record) => record.type === type || record.type === 'CNAME');
  if (targets.length === 0 && fitting.length > 0) {
    const isOfName = fitting.some((record) => sameName(record.name, name));
    return failure({ kind: isOfName ? 'other-class' : 'other-name' });
  }
  return {
    kind: 'none',
    why: rcode === 'NXDOMAIN' ? 'NXDOMAIN' : 'NODATA',
    ttlSeconds: authorityOf(reply)?.negativeTtlSeconds,
  };
};

import type {
  Answer as ResourceRecord,
  SoaData,
  StringAnswer,
  TxtData,
  TxtAnswer as TxtRecord,
} from 'dns-packet';
import { type Reply, sameName } from './message';

/** What a reply to a TXT question says of the name. */
export type TxtAnswer =
  | {
      readonly kind: 'records';
      /** One per TXT record, its strings joined; octets as Latin-1, so that none is lost. */
      readonly values: readonly string[];
      readonly ttlSeconds: number;
    }
  | { readonly kind: 'alias'; readonly target: string; readonly ttlSeconds: number }
  | { readonly kind: 'none'; readonly why: 'NXDOMAIN' | 'NODATA'; readonly ttlSeconds?: number }
  | {
      readonly kind: 'referral';
      /** The zone that the server delegates to others. */
      readonly zone: string;
      readonly nameservers: readonly string[];
      /** Addresses that the server gave along, by name of the server in lower case. */
      readonly glue: ReadonlyMap<string, readonly string[]>;
    }
  | {
      readonly kind: 'failure' /** Continues a sentence that begins with "the server". */;
      readonly problem: string;
    };

export const isWithin = (name: string, zone: string): boolean => {
  const [n, z] = [name.toLowerCase(), zone.toLowerCase()];
  return z === '' || z === '.' || n === z || n.endsWith(`.${z}`);
};

const joined = (data: TxtData): string =>
  (Array.isArray(data) ? data : [data])
    .map((part) => (typeof part === 'string' ? Buffer.from(part) : part).toString('latin1'))
    .join('');

const ttlOf = (record: ResourceRecord): number => ('ttl' in record ? (record.ttl ?? 0) : 0);

/** Seconds for which a resolver remembers that there is nothing (RFC 2308 §5). */
const negativeTtl = (reply: Reply): number | undefined => {
  const soa = reply.authorities.find((record) => record.type === 'SOA');
  return soa && Math.min(ttlOf(soa), (soa.data as SoaData).minimum ?? 0);
};

export const referralIn = (
  reply: Reply,
  name: string,
): Extract<TxtAnswer, { kind: 'referral' }> | undefined => {
  const delegations = reply.authorities.filter(
    (record) => record.type === 'NS' && isWithin(name, record.name),
  );
  const [first] = delegations;
  if (reply.authoritative || reply.rcode !== 'NOERROR' || reply.answers.length > 0 || !first)
    return undefined;
  const nameservers = delegations
    .filter((record) => sameName(record.name, first.name))
    .map((record) => String((record as { data: unknown }).data).toLowerCase());
  const glue = new Map<string, string[]>();
  for (const record of reply.additionals) {
    if (record.type !== 'A' && record.type !== 'AAAA') continue;
    const owner = record.name.toLowerCase();
    if (nameservers.includes(owner)) glue.set(owner, [...(glue.get(owner) ?? []), record.data]);
  }
  return { kind: 'referral', zone: first.name.toLowerCase(), nameservers, glue };
};

/** Reads a reply to the question for TXT records of `name`, from an authoritative server or a resolver. */
export const readTxtReply = (reply: Reply, name: string, role: 'authoritative' | 'recursive'): TxtAnswer => {
  if (reply.rcode !== 'NOERROR' && reply.rcode !== 'NXDOMAIN') {
    return { kind: 'failure', problem: `answers ${reply.rcode}` };
  }
  if (role === 'authoritative' && !reply.authoritative) {
    const referral = referralIn(reply, name);
    if (referral) return referral;
    return {
      kind: 'failure',
      problem: reply.recursionAvailable
        ? 'is a resolver, not a server of this zone (its answer has no authority)'
        : 'is not a server of this zone (lame: its answer has no authority)',
    };
  }
  // A resolver puts the chain of aliases before the records; an authoritative server says where its own part ends.
  let owner = name;
  for (let hops = 0; hops <= reply.answers.length; hops += 1) {
    const here = reply.answers.filter((record) => sameName(record.name, owner));
    const texts = here.filter((record): record is TxtRecord => record.type === 'TXT');
    if (texts.length > 0) {
      return {
        kind: 'records',
        values: texts.map((record) => joined(record.data)),
        ttlSeconds: Math.min(...texts.map(ttlOf)),
      };
    }
    const alias = here.find((record): record is StringAnswer => record.type === 'CNAME');
    if (!alias) break;
    if (role === 'authoritative') {
      return { kind: 'alias', target: alias.data.replace(/\.$/, '').toLowerCase(), ttlSeconds: ttlOf(alias) };
    }
    owner = alias.data;
  }
  if (sameName(owner, name) && reply.answers.some(({ type }) => type === 'TXT' || type === 'CNAME')) {
    return { kind: 'failure', problem: 'answers for another name than the one asked' };
  }
  return {
    kind: 'none',
    why: reply.rcode === 'NXDOMAIN' ? 'NXDOMAIN' : 'NODATA',
    ttlSeconds: negativeTtl(reply),
  };
};

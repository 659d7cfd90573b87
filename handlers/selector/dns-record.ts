import { iso } from '../clock';
import {
  delegatedName,
  type MailFromRecord,
  mailFromRecords,
  RECORD_TTL_SECONDS,
  recordName,
} from '../contract/contract';
import type { Delegation, RotationSettings } from '../contract/event-schema';
import type { MailFromSettings } from '../contract/settings';
import { type PublicKey, recordValue } from '../key/public-key';
import { keyDueAt } from './stages';

/** A character-string of DNS holds 255 octets (RFC 1035 §3.3); readers join them (RFC 6376 §3.6.2.2). */
const STRING_OCTETS = 255;

/** A TXT value as strings in quotation marks: `"first 255 octets" "the rest"`. */
export const quotedStrings = (value: string): string =>
  (value.match(new RegExp(`.{1,${STRING_OCTETS}}`, 'g')) ?? []).map((part) => `"${part}"`).join(' ');

/** The selector of a record, and what is published beside it. */
export interface RecordRequest {
  readonly domain: string;
  readonly selector: string;
  readonly rotation?: RotationSettings | undefined;
  /** The MX record of the MAIL FROM domain names it. */
  readonly region?: string | undefined;
  readonly mailFrom?: MailFromSettings | undefined;
}

/** A record in each form that the tools of a DNS team take. */
export interface RecordForms extends MailFromRecord {
  readonly ttlSeconds: number;
  /** One line of a zone file (RFC 1035 §5.1). */
  readonly zoneFile: string;
  /** The value as Route 53 takes it, in its console and as `ResourceRecords[].Value`. */
  readonly route53: string;
}

function recordForms({ name, type, value }: MailFromRecord): RecordForms {
  const route53 = type === 'TXT' ? quotedStrings(value) : value;
  const zoneFile = `${name}. ${RECORD_TTL_SECONDS} IN ${type} ${route53}${type === 'MX' ? '.' : ''}`;
  return { name, type, ttlSeconds: RECORD_TTL_SECONDS, value, zoneFile, route53 };
}

/** What the DNS team is asked to publish. Holds nothing secret. */
export interface DnsRecord extends RecordForms {
  readonly domain: string;
  readonly selector: string;
  /** base64 of the SubjectPublicKeyInfo, DER: the value of `p=`. */
  readonly publicKey: string;
  readonly fingerprint: string;
  /** When the key was made. ISO 8601. */
  readonly createdAt: string;
  /** When it must be replaced. ISO 8601. */
  readonly dueAt: string;
  /** The records of the MAIL FROM domain, if others publish them. */
  readonly mailFrom?: readonly RecordForms[];
  /** The records of keys for rotations to come, if they are asked for as well. */
  readonly spares?: readonly RecordForms[];
}

/** Returns the record of a key. @param createdAt milliseconds since the epoch */
export function dnsRecord(
  { domain, selector, rotation, region, mailFrom: { subdomain } = {} }: RecordRequest,
  publicKey: PublicKey,
  createdAt: number,
): DnsRecord {
  const asked = region !== undefined && subdomain !== undefined;
  return {
    domain,
    selector,
    ...recordForms({ name: recordName(domain, selector), type: 'TXT', value: recordValue(publicKey) }),
    publicKey: publicKey.spki,
    fingerprint: publicKey.fingerprint,
    createdAt: iso(createdAt),
    dueAt: iso(keyDueAt(createdAt, rotation?.keyLifetimeDays)),
    ...(asked && { mailFrom: mailFromRecords(domain, region, subdomain).map(recordForms) }),
  };
}

/** A name, and the name that it is an alias of. */
export interface Alias {
  readonly name: string;
  readonly target: string;
}

/** Returns the two aliases of a delegation. */
export const aliasesOf = (domain: string, delegation: Delegation): Alias[] =>
  delegation.selectors.map((selector) => ({
    name: recordName(domain, selector),
    target: delegatedName(domain, selector, delegation),
  }));

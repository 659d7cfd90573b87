import { iso } from '../../clock';
import {
  delegatedName,
  type MailFromRecord,
  mailFromRecordsOfAll,
  RECORD_TTL_SECONDS,
  recordName,
} from '../../contract/contract';
import type { Delegation, RotationSettings } from '../../contract/input/event-schema';
import type { MailFromSettings } from '../../contract/settings/settings';
import type { Alias, DnsRecord, RecordForms } from '../../words/record';
import { type PublicKey, recordValue } from '../format/public-key';
import { keyDueAt } from './stages';

/** A character-string of DNS holds 255 octets (RFC 1035 §3.3); readers join them (RFC 6376 §3.6.2.2). */
const STRING_OCTETS = 255;

/** Formats a TXT value as strings in quotation marks: `"first 255 octets" "the rest"`. */
export const quotedStrings = (value: string): string =>
  (value.match(new RegExp(`.{1,${STRING_OCTETS}}`, 'g')) ?? []).map((part) => `"${part}"`).join(' ');

/** The selector of a record, and further records to publish. */
export interface RecordRequest {
  readonly domain: string;
  readonly selector: string;
  readonly rotation?: RotationSettings | undefined;
  /** Region that the MX record of the MAIL FROM domain names. */
  readonly region?: string | undefined;
  readonly mailFrom?: MailFromSettings | undefined;
}

function recordForms({ name, type, value }: MailFromRecord): RecordForms {
  const route53 = type === 'TXT' ? quotedStrings(value) : value;
  const zoneFile = `${name}. ${RECORD_TTL_SECONDS} IN ${type} ${route53}${type === 'MX' ? '.' : ''}`;
  return { name, type, ttlSeconds: RECORD_TTL_SECONDS, value, zoneFile, route53 };
}

/** Returns the record of a key. @param createdAt milliseconds since the epoch */
export function dnsRecord(
  { domain, selector, rotation, region, mailFrom }: RecordRequest,
  publicKey: PublicKey,
  createdAt: number,
): DnsRecord {
  const ofMailFrom = region === undefined ? [] : mailFromRecordsOfAll({ domain, region, mailFrom });
  return {
    domain,
    selector,
    ...recordForms({ name: recordName(domain, selector), type: 'TXT', value: recordValue(publicKey) }),
    publicKey: publicKey.spki,
    fingerprint: publicKey.fingerprint,
    createdAt: iso(createdAt),
    dueAt: iso(keyDueAt(createdAt, rotation?.keyLifetimeDays)),
    ...(ofMailFrom.length > 0 && { mailFrom: ofMailFrom.map(recordForms) }),
  };
}

/** Returns the two aliases of a delegation. */
export const aliasesOf = (domain: string, delegation: Delegation): Alias[] =>
  delegation.selectors.map((selector) => ({
    name: recordName(domain, selector),
    target: delegatedName(domain, selector, delegation),
  }));

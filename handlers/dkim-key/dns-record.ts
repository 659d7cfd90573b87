import { iso } from '../clock';
import {
  type Delegation,
  delegatedName,
  type MailFromSettings,
  mailFromRecords,
  RECORD_TTL_SECONDS,
  type RotationSettings,
  recordName,
  recordValue,
} from '../contract';
import type { RsaPublicKey } from '../key/public-key';
import { keyDueAt } from '../rotation/stages';

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

/** The records of the MAIL FROM domain, in the same forms. */
const mailFromForms = (domain: string, region: string, subdomain: string) =>
  mailFromRecords(domain, region, subdomain).map(({ name, type, value }) => {
    const route53 = type === 'TXT' ? quotedStrings(value) : value;
    const zoneFile = `${name}. ${RECORD_TTL_SECONDS} IN ${type} ${route53}${type === 'MX' ? '.' : ''}`;
    return { name, type, ttlSeconds: RECORD_TTL_SECONDS, value, zoneFile, route53 };
  });
export type MailFromForms = ReturnType<typeof mailFromForms>;

/**
 * Returns what the DNS team is asked to publish, in each form that its tools take. Holds nothing secret.
 * @param createdAt milliseconds since the epoch.
 */
export function dnsRecord(
  { domain, selector, rotation, region, mailFrom }: RecordRequest,
  { spki, fingerprint }: RsaPublicKey,
  createdAt: number,
) {
  const name = recordName(domain, selector);
  const value = recordValue(spki);
  return {
    domain,
    selector,
    /** Without a trailing dot. */
    name,
    type: 'TXT',
    ttlSeconds: RECORD_TTL_SECONDS,
    /** One string, as web forms take it. */
    value,
    /** One line of a zone file (RFC 1035 §5.1). */
    zoneFile: `${name}. ${RECORD_TTL_SECONDS} IN TXT ${quotedStrings(value)}`,
    /** The value as Route 53 takes it, in its console and as `ResourceRecords[].Value`. */
    route53: quotedStrings(value),
    /** base64 of the SubjectPublicKeyInfo, DER: the value of `p=`. */
    publicKey: spki,
    fingerprint,
    /** When the key was made. ISO 8601. */
    createdAt: iso(createdAt),
    /** When it must be replaced. ISO 8601. */
    dueAt: iso(keyDueAt(createdAt, rotation?.keyLifetimeDays)),
    /** The records of the MAIL FROM domain, if others publish them. */
    ...(region !== undefined &&
      mailFrom?.subdomain !== undefined && { mailFrom: mailFromForms(domain, region, mailFrom.subdomain) }),
  } as const;
}

export type DnsRecord = ReturnType<typeof dnsRecord>;

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

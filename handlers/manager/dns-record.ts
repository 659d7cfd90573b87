import { iso } from '../clock';
import {
  type Delegation,
  delegatedName,
  RECORD_TTL_SECONDS,
  type RotationSettings,
  recordName,
  recordValue,
} from '../contract';
import { keyDueAt } from '../key/lifetime';
import type { RsaPublicKey } from '../key/public-key';

/** What the DNS team is asked to publish, in every form that its tools take. Nothing in it is secret. */
export interface DnsRecord {
  readonly domain: string;
  readonly selector: string;
  /** Without a trailing dot. */
  readonly name: string;
  readonly type: 'TXT';
  readonly ttlSeconds: number;
  /** One string, as web forms take it. */
  readonly value: string;
  /** One line of a zone file (RFC 1035 §5.1). */
  readonly zoneFile: string;
  /** The value as Route 53 takes it, in its console and as `ResourceRecords[].Value`. */
  readonly route53: string;
  /** base64 of the SubjectPublicKeyInfo, DER: what stands behind `p=`. */
  readonly publicKey: string;
  readonly fingerprint: string;
  /** When the key was made. ISO 8601. */
  readonly createdAt: string;
  /** When it must be replaced. ISO 8601. */
  readonly dueAt: string;
}

/** A character-string of DNS holds 255 octets (RFC 1035 §3.3); readers join them (RFC 6376 §3.6.2.2). */
const STRING_OCTETS = 255;

/** A TXT value as strings in quotation marks: `"first 255 octets" "the rest"`. */
export const quotedStrings = (value: string): string =>
  (value.match(new RegExp(`.{1,${STRING_OCTETS}}`, 'g')) ?? []).map((part) => `"${part}"`).join(' ');

/** @param createdAt milliseconds since the epoch. */
export function dnsRecord(
  { domain, selector, rotation }: { domain: string; selector: string; rotation?: RotationSettings },
  { spki, fingerprint }: RsaPublicKey,
  createdAt: number,
): DnsRecord {
  const name = recordName(domain, selector);
  const value = recordValue(spki);
  return {
    domain,
    selector,
    name,
    type: 'TXT',
    ttlSeconds: RECORD_TTL_SECONDS,
    value,
    zoneFile: `${name}. ${RECORD_TTL_SECONDS} IN TXT ${quotedStrings(value)}`,
    route53: quotedStrings(value),
    publicKey: spki,
    fingerprint,
    createdAt: iso(createdAt),
    dueAt: iso(keyDueAt(createdAt, rotation?.keyLifetimeDays)),
  };
}

/** Which name leads where. */
export interface Alias {
  readonly name: string;
  readonly target: string;
}

/** The two that a delegation takes, once. */
export const aliasesOf = (domain: string, delegation: Delegation): Alias[] =>
  delegation.selectors.map((selector) => ({
    name: recordName(domain, selector),
    target: delegatedName(domain, selector, delegation),
  }));

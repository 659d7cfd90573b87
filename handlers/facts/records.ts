/** Says what the DNS team is asked to publish. */

/** A record in each form that the tools of a DNS team take. */
export interface RecordForms {
  readonly name: string;
  readonly type: 'MX' | 'TXT';
  readonly value: string;
  readonly ttlSeconds: number;
  /** One line of a zone file (RFC 1035 §5.1). */
  readonly zoneFile: string;
  /** The value as Route 53 takes it, in its console and as `ResourceRecords[].Value`. */
  readonly route53: string;
}

/** The record of a key, with what is asked for in addition. Holds nothing secret. */
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

/** A name, and the name that it is an alias of. */
export interface Alias {
  readonly name: string;
  readonly target: string;
}

/** A notice to the DNS team. */
export interface DnsNotice {
  readonly record: DnsRecord;
  /** Asked for instead of the record, if its name is delegated. */
  readonly aliases?: readonly Alias[] | undefined;
  /** Whom to answer to; empty: whoever has forwarded the notice. */
  readonly contact: string;
}

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

/** A record that the DNS team is asked to publish, and what it is for. */
export interface AskedRecord extends RecordForms {
  readonly purpose: 'key' | 'later-key' | 'mail-from';
}

/** Asks for records that are not published yet: one at least. */
export interface RecordsToPublish {
  readonly kind: 'records';
  readonly records: readonly AskedRecord[];
  /** The new key, if its record is among them. */
  readonly key?: Pick<DnsRecord, 'fingerprint' | 'createdAt' | 'dueAt'> | undefined;
}

/** Asks for the removal of a record that no mail has needed since a day. */
export interface RecordRemoval {
  readonly kind: 'removal';
  readonly name: string;
  readonly since: string;
}

/** What the DNS team is asked for. */
export type DnsRequest =
  | RecordsToPublish
  | {
      /** The name of the record is delegated: its two aliases, and what is not published yet of the MAIL FROM domain. */
      readonly kind: 'aliases';
      readonly aliases: readonly Alias[];
      readonly mailFrom: readonly AskedRecord[];
    }
  | RecordRemoval;

/** A notice to the DNS team. */
export interface DnsNotice {
  readonly domain: string;
  readonly request: DnsRequest;
  /** The day by which it is wanted: `2026-12-08`. */
  readonly wantedBy: string;
  readonly isUrgent: boolean;
  /** Whom to answer to; empty: whoever has forwarded the notice. */
  readonly contact: string;
}

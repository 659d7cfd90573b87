/** Defines the requests to the DNS team. */

/** A record in each form that the tools of a DNS team accept. */
export interface RecordForms {
  readonly name: string;
  readonly type: 'MX' | 'TXT';
  readonly value: string;
  readonly ttlSeconds: number;
  /** One line of a zone file (RFC 1035 §5.1). */
  readonly zoneFile: string;
  /** The value as Route 53 accepts it in its console and as `ResourceRecords[].Value`. */
  readonly route53: string;
}

/** The record of a key, with further requested records. Holds nothing secret. */
export interface DnsRecord extends RecordForms {
  readonly domain: string;
  readonly selector: string;
  /** The value of `p=`: base64 of the SubjectPublicKeyInfo in DER. */
  readonly publicKey: string;
  readonly fingerprint: string;
  /** Time at which the key was made. ISO 8601. */
  readonly createdAt: string;
  /** Time at which the key must be replaced. ISO 8601. */
  readonly dueAt: string;
  /** The records of the MAIL FROM domain, if others publish them. */
  readonly mailFrom?: readonly RecordForms[];
  /** The records of keys for later rotations, if they are also requested. */
  readonly spares?: readonly RecordForms[];
}

/** A name, and the target of its alias. */
export interface Alias {
  readonly name: string;
  readonly target: string;
}

/** A record that the DNS team is asked to publish, with its purpose. */
export interface AskedRecord extends RecordForms {
  readonly purpose: 'key' | 'later-key' | 'mail-from';
}

/** A request for at least one record that is not published yet. */
export interface RecordsToPublish {
  readonly kind: 'records';
  readonly records: readonly AskedRecord[];
  /** The new key, if its record is among them. */
  readonly key?: Pick<DnsRecord, 'fingerprint' | 'createdAt' | 'dueAt'> | undefined;
}

/** A request to remove a record that no mail has needed since a day. */
export interface RecordRemoval {
  readonly kind: 'removal';
  readonly name: string;
  readonly since: string;
}

/** A request for a delegated name: its two aliases, and the unpublished records of the MAIL FROM domain. */
export interface AliasesToPublish {
  readonly kind: 'aliases';
  /** The zone to which both aliases lead. */
  readonly zone: string;
  readonly aliases: readonly Alias[];
  readonly mailFrom: readonly AskedRecord[];
}

/** A request to the DNS team. */
export type DnsRequest = RecordsToPublish | AliasesToPublish | RecordRemoval;

/** A notice to the DNS team. */
export interface DnsNotice {
  readonly domain: string;
  readonly request: DnsRequest;
  /** The day by which it is needed: `2026-12-08`. */
  readonly wantedBy: string;
  readonly isUrgent: boolean;
  /** The contact; empty to name the person who forwarded the notice. */
  readonly contact: string;
}

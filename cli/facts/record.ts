import type { DnsRecord } from '../../handlers/facts/records';

/** An alias of a delegated domain, in the forms of a record. */
export interface AliasForms {
  readonly name: string;
  readonly type: 'CNAME';
  readonly ttlSeconds: number;
  /** Its target. */
  readonly value: string;
  readonly zoneFile: string;
  readonly route53: string;
}

/** The record of a key, and for a delegated domain the aliases that lead to it. */
export interface RecordToPublish extends Omit<DnsRecord, 'createdAt' | 'dueAt'> {
  readonly aliases?: readonly AliasForms[] | undefined;
  /** The zone that contains the record, if DNS was asked. @default the domain */
  readonly zone?: string;
}

import type { DnsRecord } from '../../handlers/words/record';
import type { Coded } from './coded';

/** Sources of a key, by code. */
export interface KeySourceFacts {
  /** The file that was passed. */
  readonly KEY_FILE: { readonly file: string };
  /** The function, which has read the private key in S3. */
  readonly FUNCTION: { readonly functionName: string; readonly region: string };
}

export type KeySource = Coded<KeySourceFacts>;

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

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { stringify } from 'yaml';
import { dnsRecordObject, privateKeyObject, recordName } from '../../handlers/contract/contract';
import { recordValue } from '../../handlers/keys/format/public-key';
import { writeApp } from './app';
import type { DomainKey } from './keys';

/** DKIM attributes of an identity, as `GetEmailIdentity` returns them. */
export interface Dkim {
  readonly SigningAttributesOrigin?: string;
  readonly Status?: string;
  readonly SigningEnabled?: boolean;
  readonly Tokens?: readonly string[];
}

/** A message and its receiver's verdict. */
export interface MailSeen {
  /** The shortened `DKIM-Signature` header; empty if the mail has none. */
  readonly header: string;
  /** Selector of the signature that an independent verifier accepts, or `null` without one. */
  readonly verifiedBy: string | null;
  /** The verdict in words. */
  readonly verdict: string;
}

/** A person whose IAM role only allows reading. */
export interface Reader {
  /** Runs `byodkim` as this person, and returns its output. @throws Error if it is refused */
  run(...args: string[]): Promise<string>;
  /**
   * Calls the function by its name or through an alias. Returns the code of the refusal, or `null` if the call is
   * allowed.
   */
  refusal(event: object, alias?: string): Promise<string | null>;
}

/** The place where the story is played: the embedded sandbox, or a real account. */
export interface Stage {
  readonly domain: string;
  readonly region: string;
  /** Name of the key store's bucket. */
  readonly bucket: string;
  /** Folder with the list, its state and the app. */
  readonly folder: string;
  /** Variables that `byodkim`, `aws` and `cdktf` need to work on it, in addition to the process's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Minutes after which an unconfirmed change reverts. */
  readonly confirmTimeoutMinutes: number;

  /** Writes the list that a reviewer would read, with the settings of the one domain. */
  writeList(domain: Readonly<Record<string, unknown>>): string;
  /** Stores a key and its DNS information in S3, as the runbook describes. */
  storeKey(selector: string, key: DomainKey): Promise<void>;
  /** Publishes the record of a key, and returns its place. */
  publish(selector: string, key: DomainKey): Promise<string>;
  /** Returns the identity's DKIM attributes, or `null` without an identity. */
  dkim(): Promise<Dkim | null>;
  /** Sends a message as the domain and verifies its signature. Absent if the mailbox cannot be read. */
  mail?(): Promise<MailSeen>;
  /**
   * Publishes the records of a MAIL FROM domain, and returns their place. Absent if the story has no MAIL FROM domain.
   */
  publishMailFrom?(subdomain: string): Promise<string>;
  /** Sets how long SES takes to verify a key. Absent if only SES decides that. */
  slowDown?(minutes: number): void;
  /** Makes a read-only role. Absent if the story has no roles. */
  reader?(): Promise<Reader>;
  /** Lets time pass. */
  later(minutes: number): Promise<void>;
}

/** Waits until SES reports SUCCESS. @throws Error after `minutes`, with SES's last status */
export async function untilVerified(stage: Stage, minutes = 90): Promise<Dkim> {
  for (let waited = 0; ; waited++) {
    const dkim = await stage.dkim();
    if (dkim?.Status === 'SUCCESS') return dkim;
    if (waited >= minutes)
      throw new Error(
        `SES did not verify ${stage.domain} within ${minutes} minutes: it says ${dkim?.Status ?? 'that there is no such identity'}`,
      );
    await stage.later(1);
  }
}

/** The common parts of both stages: a folder with list and state, and a key store that is reached over HTTP. */
export abstract class StageInFolder {
  constructor(
    readonly domain: string,
    readonly region: string,
    readonly bucket: string,
    readonly folder: string,
  ) {
    writeApp(folder);
  }

  protected abstract readonly s3: S3Client;
  /** The list without any domains. */
  protected abstract readonly listParts: object;

  get listFile(): string {
    return path.join(this.folder, 'domains.yaml');
  }

  get outdir(): string {
    return path.join(this.folder, 'cdktf.out');
  }

  writeList(settings: Readonly<Record<string, unknown>>, domains = [this.domain]): string {
    const entries = Object.fromEntries(domains.map((domain) => [domain, settings]));
    const list = stringify({ ...this.listParts, domains: entries }, { aliasDuplicateObjects: false });
    writeFileSync(this.listFile, list);
    return list;
  }

  async storeKey(
    selector: string,
    { privateKey, publicKey }: DomainKey,
    domain = this.domain,
  ): Promise<void> {
    const record = {
      name: recordName(domain, selector),
      type: 'TXT',
      value: recordValue({ spki: publicKey }),
    };
    const objects = {
      [privateKeyObject(domain, selector)]: privateKey,
      [dnsRecordObject(domain, selector)]: JSON.stringify(record, null, 2),
    };
    for (const [Key, Body] of Object.entries(objects))
      await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key, Body }));
  }
}

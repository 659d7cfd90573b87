import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { DomainKey } from './keys';

/** DKIM of an identity, as `GetEmailIdentity` returns it. */
export interface Dkim {
  readonly SigningAttributesOrigin?: string;
  readonly Status?: string;
  readonly SigningEnabled?: boolean;
  readonly Tokens?: readonly string[];
}

/** A message, and what its receiver finds. */
export interface MailSeen {
  /** The `DKIM-Signature` header in short; empty: there is none. */
  readonly header: string;
  /** Selector of the signature that an independent verifier accepts; `null`: there is none. */
  readonly verifiedBy: string | null;
  /** In words. */
  readonly verdict: string;
}

/** Somebody whose IAM role may only read. */
export interface Reader {
  /** Runs `byodkim` as them, and returns what it prints. @throws Error where it is refused */
  run(...args: string[]): Promise<string>;
  /** Calls the function by its name, or through an alias. Returns the code of the refusal; `null`: it passed. */
  refusal(event: object, alias?: string): Promise<string | null>;
}

/** Where the story is played: the embedded sandbox, or a real account. */
export interface Stage {
  readonly domain: string;
  readonly region: string;
  /** Name of the key store's bucket. */
  readonly bucket: string;
  /** What `byodkim`, `aws` and `cdktf` need to work on it, besides the process's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the state of the domain's stack lies. */
  readonly stateFile: string;
  /** Minutes after which an unconfirmed change reverts. */
  readonly confirmTimeoutMinutes: number;

  /** Writes the list that a reviewer would read, with the settings of the one domain. */
  writeList(domain: Readonly<Record<string, unknown>>): string;
  /** Stores a key and its DNS information in S3, as the runbook does. */
  storeKey(selector: string, key: DomainKey): Promise<void>;
  /** Bytes of an object in the key store. */
  size(objectKey: string): Promise<number>;
  /** Publishes the record of a key. Returns where. */
  publish(selector: string, key: DomainKey): Promise<string>;
  /** `null`: there is no identity. */
  dkim(): Promise<Dkim | null>;
  /** Sends a mail as the domain, and verifies its signature; absent where nobody can read the mailbox. */
  mail?(): Promise<MailSeen>;
  /** Publishes the records of a MAIL FROM domain, and returns where; absent where the story shows none. */
  publishMailFrom?(subdomain: string): Promise<string>;
  /** Sets how long SES takes to verify a key; absent where only SES does. */
  slowDown?(minutes: number): void;
  /** Makes a read-only role; absent where the story makes no roles. */
  reader?(): Promise<Reader>;
  /** Lets time pass. */
  later(minutes: number): Promise<void>;
}

/** Waits until SES says SUCCESS. @throws Error after `minutes`, with what SES said last */
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

/**
 * Returns the size of an object in bytes; 0: there is none. It lists, since only the function may read private keys, and
 * their size is part of that.
 */
export async function sizeOf(s3: S3Client, bucket: string, key: string): Promise<number> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key }));
  return Contents.find(({ Key }) => Key === key)?.Size ?? 0;
}

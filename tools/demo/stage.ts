import type { DomainKey } from './keys';

/** DKIM of an identity, as `GetEmailIdentity` shows it. */
export interface Dkim {
  readonly SigningAttributesOrigin?: string;
  readonly Status?: string;
  readonly SigningEnabled?: boolean;
  readonly Tokens?: readonly string[];
}

/** A message that was sent at one moment, and what its receiver finds. */
export interface MailSeen {
  /** The `DKIM-Signature` header in short; empty: there is none. */
  readonly header: string;
  /** Selector of the signature that an independent verifier has verified; `null`: none does. */
  readonly verifiedBy: string | null;
  /** In words. */
  readonly verdict: string;
}

/** Somebody whose IAM role may look, and nothing more. */
export interface Reader {
  /** What `byodkim` prints for them. @throws Error where it is refused */
  look(...args: string[]): Promise<string>;
  /** The code that their call of the function is refused with, by its name or through an alias of it; `null`: it went through. */
  refusal(event: object, alias?: string): Promise<string | null>;
}

/** What the story plays on: the embedded sandbox, or a real account. */
export interface Stage {
  readonly domain: string;
  readonly region: string;
  /** Name of the key store's bucket. */
  readonly bucket: string;
  /** Where `cdktf` writes to. */
  readonly outdir: string;
  /** What `cdktf`, `aws` and `byodkim` need to work on it, besides the process's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the state of the domain's stack lies. */
  readonly stateFile: string;
  /** Flags that `cdktf deploy`, `diff` and `destroy` need. */
  readonly cdktfFlags: readonly string[];
  /** Minutes after which an unconfirmed change reverts. */
  readonly confirmTimeoutMinutes: number;

  /** Writes the list that a reviewer would read, with the settings of the one domain. */
  writeList(domain: Readonly<Record<string, unknown>>): string;
  /** Lays a key and its DNS information into S3, as the runbook does. */
  storeKey(selector: string, key: DomainKey): Promise<void>;
  /** Bytes of an object in the key store. */
  size(objectKey: string): Promise<number>;
  /** Publishes the record of a key, and tells where. */
  publish(selector: string, key: DomainKey): Promise<string>;
  /** `null`: there is no identity. */
  dkim(): Promise<Dkim | null>;
  /** Sends a mail as the domain and sees who signed it; absent where nobody can read the mailbox. */
  mail?(): Promise<MailSeen>;
  /** Makes somebody who may only look; absent where no role is made for a show. */
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

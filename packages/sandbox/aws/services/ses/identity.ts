import { createHash } from 'node:crypto';
import type { ResourceTags } from '../../resource-tags';
import type { PublicHalf } from './dkim-key';

export type DkimStatus = 'NOT_STARTED' | 'PENDING' | 'SUCCESS' | 'FAILED' | 'TEMPORARY_FAILURE';

/** What signs the mail of an identity. The private key signs and is never given back. */
export type Signing =
  | {
      readonly origin: 'EXTERNAL';
      readonly selector: string;
      readonly key: PublicHalf | undefined;
      /** PEM; absent where what was given is no key, which SES takes, and never verifies. */
      readonly privateKey: string | undefined;
    }
  /** Easy DKIM, or (`AWS_SES_<REGION>`) a replica of the Easy DKIM of another region. */
  | { readonly origin: string; readonly selector?: undefined };

/** One moment of an identity: what mail that leaves now is signed with. */
export interface TimelineEntry {
  readonly at: number;
  readonly origin: string;
  readonly selector: string | undefined;
  readonly enabled: boolean;
  readonly status: DkimStatus;
}

/** `VerificationInfo.SOARecord`. */
export interface SoaRecord {
  readonly PrimaryNameServer: string;
  readonly AdminEmail: string;
  readonly SerialNumber: number;
}

export const EASY_DKIM = 'AWS_SES';

/** Returns the region whose key is replicated: of `AWS_SES_EU_WEST_1` `eu-west-1`. */
export const parentRegion = (origin: string): string | undefined =>
  /^AWS_SES_(.+)$/.exec(origin)?.[1]?.toLowerCase().replaceAll('_', '-');

/** An email identity and its DKIM signing state. */
export class Identity {
  configurationSetName: string | undefined;
  feedbackForwarding = true;
  enabled = true;
  status: DkimStatus = 'NOT_STARTED';
  errorType: string | undefined;
  soaRecord: SoaRecord | undefined;
  /** When the signing attributes were last put; SES searches for 72 hours from then. */
  changedAt: number;
  lastCheckedAt: number | undefined;
  lastSuccessAt: number | undefined;
  /** Since when a record that was once found is missing. */
  failingSince: number | undefined;
  verifiedForSending = false;
  /** Counts the changes, so that a check begun before one does not decide after it. */
  generation = 0;
  private current: Signing = { origin: EASY_DKIM };

  constructor(
    readonly name: string,
    readonly region: string,
    readonly arn: string,
    readonly createdAt: number,
    /** Outlives the identity, so that a deletion hides nothing. */
    readonly timeline: TimelineEntry[],
    readonly tags: ResourceTags,
  ) {
    this.changedAt = createdAt;
  }

  get signing(): Signing {
    return this.current;
  }

  /** Sets what signs; SES has to verify it anew. */
  sign(signing: Signing, now: number): void {
    this.current = signing;
    this.generation += 1;
    this.changedAt = now;
    this.lastCheckedAt = undefined;
    this.failingSince = undefined;
    this.errorType = undefined;
    this.status = 'PENDING';
    this.note(now);
  }

  /** EXTERNAL: the selector. Easy DKIM: three names, the same for an identity and region each time. */
  get tokens(): readonly string[] {
    if (this.current.selector !== undefined) return [this.current.selector];
    const region = parentRegion(this.current.origin) ?? this.region;
    return [1, 2, 3].map((index) =>
      BigInt(`0x${createHash('sha256').update(`${region}/${this.name}/${index}`).digest('hex')}`)
        .toString(36)
        .slice(0, 32),
    );
  }

  /** Adds a moment to the timeline, if anything that matters has changed. */
  note(now: number): void {
    const { origin, selector } = this.current;
    const entry: TimelineEntry = { at: now, origin, selector, enabled: this.enabled, status: this.status };
    const { at: _, ...last } = this.timeline.at(-1) ?? { at: 0 };
    const { at: __, ...next } = entry;
    if (JSON.stringify(last) !== JSON.stringify(next)) this.timeline.push(entry);
  }
}

import { createHash } from 'node:crypto';
import type { ResourceTags } from '../../../contract/resource-tags';
import type { SendingMeanwhile } from '../../../contract/sending';
import type { PublicHalf } from './dkim-key';
import type { SoaRecord } from './dns-lookup';
import type { MailFrom } from './mail-from';
import { Search, type SearchStatus } from './search';

/** Holds the signing state of an identity. The private key signs, and is never returned. */
export type Signing =
  | {
      readonly origin: 'EXTERNAL';
      readonly selector: string;
      readonly key: PublicHalf | undefined;
      /** PEM; absent if the input was not a key. SES accepts such an input, and never verifies it. */
      readonly privateKey: string | undefined;
    }
  /** Easy DKIM, or (`AWS_SES_<REGION>`) a replica of the Easy DKIM of another region. */
  | { readonly origin: string; readonly selector?: undefined };

/** Describes how mail that is sent now is signed. */
export interface TimelineEntry {
  readonly at: number;
  readonly origin: string;
  readonly selector: string | undefined;
  readonly enabled: boolean;
  readonly status: SearchStatus;
}

export const EASY_DKIM = 'AWS_SES';

/** Returns the region whose key is replicated: `eu-west-1` for `AWS_SES_EU_WEST_1`. */
export const parentRegion = (origin: string): string | undefined =>
  /^AWS_SES_(.+)$/.exec(origin)?.[1]?.toLowerCase().replaceAll('_', '-');

interface NewIdentity {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly createdAt: number;
  /** The history survives the deletion of the identity, so that a deletion hides nothing. */
  readonly timeline: TimelineEntry[];
  readonly tags: ResourceTags;
}

/** An email identity and its DKIM signing state. */
export class Identity {
  configurationSetName: string | undefined;
  feedbackForwarding = true;
  enabled = true;
  /** The search for the DKIM record. */
  readonly dkim = new Search();
  mailFrom: MailFrom | undefined;
  soaRecord: SoaRecord | undefined;
  verifiedForSending = false;
  /** Sending authorization policies, as text, by their names. */
  readonly policies = new Map<string, string>();
  private current: Signing = { origin: EASY_DKIM };

  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly timeline: TimelineEntry[];
  readonly tags: ResourceTags;

  constructor({ name, region, arn, createdAt, timeline, tags }: NewIdentity) {
    this.name = name;
    this.region = region;
    this.arn = arn;
    this.createdAt = createdAt;
    this.timeline = timeline;
    this.tags = tags;
  }

  /**
   * Returns whether the identity is a single address. An address has no DKIM of its own, and its domain's DKIM does not
   * sign it (SES guide).
   */
  get isAddress(): boolean {
    return this.name.includes('@');
  }

  get status(): SearchStatus {
    return this.dkim.status;
  }

  get searches(): readonly Search[] {
    return [...(this.isAddress ? [] : [this.dkim]), ...(this.mailFrom ? [this.mailFrom.search] : [])];
  }

  get signing(): Signing {
    return this.current;
  }

  /** Sets the signing attributes, which SES has to verify anew. @param meanwhile whether the domain may send until then */
  sign(signing: Signing, now: number, meanwhile: SendingMeanwhile): void {
    this.current = signing;
    if (meanwhile === 'refused') this.verifiedForSending = false;
    this.dkim.begin(now, 'NOT_STARTED');
    this.note(now);
  }

  /** @param isDisabled whether SES has given up, and does not sign until signing is enabled again */
  dkimConcluded(now: number, isDisabled: boolean): void {
    if (this.status === 'SUCCESS') this.verifiedForSending = true;
    if (this.status === 'FAILED') this.verifiedForSending = false;
    if (isDisabled) this.enabled = false;
    this.note(now);
  }

  /**
   * Returns the selector of an own key, or the three names of Easy DKIM, which are constant for an identity and region.
   */
  get tokens(): readonly string[] {
    if (this.current.selector !== undefined) return [this.current.selector];
    const region = parentRegion(this.current.origin) ?? this.region;
    return [1, 2, 3].map((index) =>
      BigInt(`0x${createHash('sha256').update(`${region}/${this.name}/${index}`).digest('hex')}`)
        .toString(36)
        .slice(0, 32),
    );
  }

  /** Adds an entry to the timeline if anything relevant has changed. */
  note(now: number): void {
    const { origin, selector } = this.current;
    const entry: TimelineEntry = { at: now, origin, selector, enabled: this.enabled, status: this.status };
    const { at: _, ...last } = this.timeline.at(-1) ?? { at: 0 };
    const { at: __, ...next } = entry;
    if (JSON.stringify(last) !== JSON.stringify(next)) this.timeline.push(entry);
  }
}

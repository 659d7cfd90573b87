import { createHash } from 'node:crypto';
import type { ResourceTags } from '../../../contract/resource-tags';
import type { PublicHalf } from './dkim-key';
import type { SoaRecord } from './dns-lookup';
import type { MailFrom } from './mail-from';
import { Search, type SearchStatus } from './search';

/** Holds the signing of an identity. The private key signs and is never given back. */
export type Signing =
  | {
      readonly origin: 'EXTERNAL';
      readonly selector: string;
      readonly key: PublicHalf | undefined;
      /** PEM; absent if what was given is no key, which SES takes, and never verifies. */
      readonly privateKey: string | undefined;
    }
  /** Easy DKIM, or (`AWS_SES_<REGION>`) a replica of the Easy DKIM of another region. */
  | { readonly origin: string; readonly selector?: undefined };

/** Says what mail that leaves now is signed with. */
export interface TimelineEntry {
  readonly at: number;
  readonly origin: string;
  readonly selector: string | undefined;
  readonly enabled: boolean;
  readonly status: SearchStatus;
}

export const EASY_DKIM = 'AWS_SES';

/** Returns the region whose key is replicated: of `AWS_SES_EU_WEST_1` `eu-west-1`. */
export const parentRegion = (origin: string): string | undefined =>
  /^AWS_SES_(.+)$/.exec(origin)?.[1]?.toLowerCase().replaceAll('_', '-');

interface NewIdentity {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly createdAt: number;
  /** Outlives the identity, so that a deletion hides nothing. */
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
  /** Sending authorization policies, as text, by name. */
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

  /** Returns whether it is a single address, which has no DKIM of its own, and is not signed by that of its domain (SES guide). */
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

  /** Sets what signs; SES has to verify it anew. */
  sign(signing: Signing, now: number): void {
    this.current = signing;
    this.dkim.begin(now, 'NOT_STARTED');
    this.note(now);
  }

  /** @param isDisabled SES has given up, and signs no more until it is told to */
  dkimConcluded(now: number, isDisabled: boolean): void {
    if (this.status === 'SUCCESS') this.verifiedForSending = true;
    if (this.status === 'FAILED') this.verifiedForSending = false;
    if (isDisabled) this.enabled = false;
    this.note(now);
  }

  /** Returns the selector of a key of one's own; for Easy DKIM three names, always the same for an identity and region. */
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

import type { ITerraformDependable, TerraformProvider } from 'cdktf';
import type { Delegation } from '../handlers/contract/input/event-schema';
import type { KeyStore } from '../handlers/contract/settings/settings';

/** The private key that a domain signs with. The default is `DkimKey.stored()`: others put it into S3. */
export class DkimKey {
  /**
   * The function makes the key pair, unless one exists, and keeps it in its own bucket.
   * @example key: DkimKey.created()
   */
  static created(): DkimKey {
    return new DkimKey({ createKey: true });
  }

  /**
   * Others put the key into S3.
   * @param place of the key and of its DNS information; by default the places of the runbook, in the function's bucket. The
   * control plane must allow other buckets and prefixes (`alsoRead`).
   * @example key: DkimKey.stored({ bucket: 'mail-keys', privateKey: 'example.com/s1.pem', dnsRecords: 'example.com/' })
   */
  static stored(place?: KeyStore): DkimKey {
    return new DkimKey(place === undefined ? {} : { keyStore: place });
  }

  private constructor(readonly settings: { readonly createKey?: boolean; readonly keyStore?: KeyStore }) {}
}

/** The DKIM record, if the stack publishes it. Without this, others publish it. */
export class DkimRecord {
  /**
   * Publishes the record in the domain's own zone.
   * @param hostedZoneId id of the zone, such as `Z0123456789ABCDEFGHIJ`
   * @example record: DkimRecord.route53(zone.zoneId, { previousSelectors: ['s1'] })
   */
  static route53(hostedZoneId: string, options: RecordOptions = {}): DkimRecord {
    return new DkimRecord({ hostedZoneId, ...options });
  }

  /**
   * Publishes the record in a zone of the deployer. The owner of the domain's own zone publishes two aliases once, which lead
   * into it, and the two selectors then alternate.
   * @param hostedZoneId id of the zone that the aliases lead into
   * @example record: DkimRecord.delegated(zone.zoneId, { zone: 'dkim.example.net', selectors: ['s1', 's2'] })
   */
  static delegated(
    hostedZoneId: string,
    { zone, selectors, ...options }: Delegation & RecordOptions,
  ): DkimRecord {
    return new DkimRecord({ hostedZoneId, delegation: { zone, selectors }, ...options });
  }

  /**
   * Publishes records with resources of any provider. The callback makes them in the stack, once per record, and returns the
   * resources that the gate must wait for. Some providers take a TXT value as quoted strings of 255 characters, and the
   * preference of an MX record as a separate argument: docs/zones.md has examples for Cloudflare, Google Cloud DNS and Azure.
   * @example record: inCloudflare(this, zoneId) // defined in docs/zones.md
   */
  static published(publish: PublishRecord, options: EarlierRecords = {}): DkimRecord {
    return new DkimRecord({ publish, ...options });
  }

  private constructor(readonly settings: RecordProps) {}
}

/** A record that has to be published. */
export interface PublishedRecord {
  /** TXT for a key, TXT and MX for the MAIL FROM domain. */
  readonly type: 'TXT' | 'MX';
  /** The whole name, without a dot at the end. */
  readonly name: string;
  /** A TXT record's text as one string, known when the engine runs; for an MX record, `10 feedback-smtp.…`. */
  readonly value: string;
  /** The selector of a DKIM record; absent for records of the MAIL FROM domain. */
  readonly selector?: string;
}

/** Publishes a record with resources of the stack. Returns the resources that the gate must wait for. */
export type PublishRecord = (
  record: PublishedRecord,
) => ITerraformDependable | readonly ITerraformDependable[];

/** Options for the records of earlier selectors, which stay published with the current one. */
export interface EarlierRecords {
  /**
   * Earlier selectors whose record stays, for mail in transit and for a rollback. Their keys are in the usual
   * places.
   * @default none; a plan that would remove a record which is still needed is refused
   */
  readonly previousSelectors?: readonly string[];
}

/** Publishes records in Route 53. */
export interface RecordOptions extends EarlierRecords {
  /**
   * Provider that reaches the zone. For a zone in another account, use an `AwsProvider` with an alias and `assumeRole`.
   * @default the stack's provider
   */
  readonly provider?: TerraformProvider;
}

/** The way in which the stack publishes records; `DkimRecord` makes it. */
export interface RecordProps extends RecordOptions {
  /** Id of the Route 53 zone. Absent if `publish` is given. */
  readonly hostedZoneId?: string;
  /** Set if the zone is not the domain's own. */
  readonly delegation?: Delegation;
  /** Publishes each record elsewhere. */
  readonly publish?: PublishRecord;
}

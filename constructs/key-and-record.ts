import type { Delegation, KeyStore } from '../handlers/contract';

/** The private key that a domain signs with. The default is `DkimKey.stored()`: others put it into S3. */
export class DkimKey {
  /**
   * The function makes the key pair, if there is none, and keeps it in its own bucket.
   * @example key: DkimKey.created()
   */
  static created(): DkimKey {
    return new DkimKey({ createKey: true });
  }

  /**
   * Others put the key into S3.
   * @param place where it lies, and its DNS information; the places of the runbook, in the function's bucket, where it is
   *   left open. Other buckets and prefixes have to be allowed by the control plane (`alsoRead`).
   * @example key: DkimKey.stored({ bucket: 'mail-keys', privateKey: 'example.com/s1.pem', dnsRecords: 'example.com/' })
   */
  static stored(place?: KeyStore): DkimKey {
    return new DkimKey(place === undefined ? {} : { keyStore: place });
  }

  private constructor(readonly settings: { readonly createKey?: boolean; readonly keyStore?: KeyStore }) {}
}

/** The DKIM record, published in Route 53 by the stack. Without one others publish it. */
export class DkimRecord {
  /**
   * In the domain's own zone.
   * @param hostedZoneId id of the zone, such as `Z0123456789ABCDEFGHIJ`
   * @example record: DkimRecord.route53(zone.zoneId, { previousSelectors: ['s1'] })
   */
  static route53(hostedZoneId: string, { previousSelectors }: EarlierRecords = {}): DkimRecord {
    return new DkimRecord({ hostedZoneId, ...(previousSelectors && { previousSelectors }) });
  }

  /**
   * In a zone of ours: the domain's own zone is somebody else's, who publishes two aliases once, which lead into it. The
   * two selectors alternate from then on.
   * @param hostedZoneId id of the zone that the aliases lead into
   * @example record: DkimRecord.delegated(zone.zoneId, { zone: 'dkim.example.net', selectors: ['s1', 's2'] })
   */
  static delegated(
    hostedZoneId: string,
    { previousSelectors, ...delegation }: Delegation & EarlierRecords,
  ): DkimRecord {
    return new DkimRecord({ hostedZoneId, delegation, ...(previousSelectors && { previousSelectors }) });
  }

  private constructor(readonly settings: RecordProps) {}
}

/** Records that stay beside the current one. */
export interface EarlierRecords {
  /**
   * Earlier selectors whose record stays, for mail that is under way and for a rollback. Their keys are in the usual
   * places.
   * @default none; a plan that would remove a record which is still needed is refused
   */
  readonly previousSelectors?: readonly string[];
}

/** A record that the stack publishes in Route 53, as `DkimRecord` makes it. */
export interface RecordProps {
  /** Id of the Route 53 zone. */
  readonly hostedZoneId: string;
  /** Earlier selectors whose record stays. */
  readonly previousSelectors?: readonly string[];
  /** Where the zone is not the domain's own. */
  readonly delegation?: Delegation;
}

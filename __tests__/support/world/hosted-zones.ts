import type { Zones } from '../../../handlers/aws/zones';
import type { Clock } from '../../../handlers/clock';
import { awsFailure } from './aws-failure';
import type { Calls } from './calls';
import type { DnsZone } from './dns-zone';
import type { Invocation } from './invocation';

/** Route 53: zones whose records the name servers show. */
export class HostedZones {
  /** Ids of the zones that there are. */
  readonly ids = new Set<string>();
  /** Set: records are taken, and the name servers never show them. */
  isDead = false;

  constructor(
    private readonly calls: Calls,
    private readonly dns: DnsZone,
  ) {}

  api(invocation: Invocation, clock: Clock): Zones {
    return {
      putText: (zoneId, { name, value }) => {
        const place = { action: 'route53:ChangeResourceRecordSets', resource: name };
        return this.calls.perform(invocation, clock, place, () => {
          if (!this.ids.has(zoneId))
            throw awsFailure('NoSuchHostedZone', `No hosted zone found with ID: ${zoneId}`, 404);
          const strings = value.match(/"[^"]{0,255}"/g) ?? [];
          if (strings.join(' ') !== value)
            throw awsFailure('InvalidChangeBatch', `Invalid Resource Record: ${value}`, 400);
          if (!this.isDead) this.dns.publish(name, strings.map((text) => text.slice(1, -1)).join(''));
        });
      },
    };
  }
}

import { randomBytes } from 'node:crypto';
import { type Common, type OwnOperations, operationsOf } from '../../contract/operations';
import { AwsError, type Service } from '../../contract/service';
import { invalidInput } from '../../wire/refusals';
import { changeRecords, fqdn, toRecordSet, type ZoneRecord } from './route53-records';

export interface ZoneContents {
  readonly zoneId: string;
  /** Lower case, with the trailing dot. */
  readonly name: string;
  /** All of the zone's records, SOA and NS included. */
  readonly records: readonly ZoneRecord[];
}

/** Receives each change. A change is answered only when every listener has finished, so that DNS is in step. */
export type ZoneListener = (zone: ZoneContents) => void | Promise<void>;

export interface Route53Service extends Service {
  /** Returns the zones in their current state. */
  zones(): readonly ZoneContents[];
  /**
   * Subscribes to the zones: the listener is called after each change with all records of the zone. Returns the
   * function that ends the subscription.
   */
  onChange(listener: ZoneListener): () => void;
}

interface Zone extends ZoneContents {
  readonly CallerReference: string;
  readonly comment: string;
  records: readonly ZoneRecord[];
}

const NAME_SERVERS = ['ns-1.sandbox.test', 'ns-2.sandbox.test'];

/** Keeps the hosted zones and their changes. */
class Zones {
  readonly listeners = new Set<ZoneListener>();
  private readonly zones = new Map<string, Zone>();
  private readonly changes = new Map<string, { readonly Id: string; readonly SubmittedAt: Date }>();

  all(): readonly Zone[] {
    return [...this.zones.values()];
  }

  /** @throws AwsError NoSuchHostedZone */
  get(id: string): Zone {
    const found = this.zones.get(bareId(id));
    if (!found) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${bareId(id)}`, 404);
    return found;
  }

  add(zone: Zone): void {
    this.zones.set(zone.zoneId, zone);
  }

  /** Notifies every listener, and records the change. Returns Route 53's description of it. */
  async publish(changed: Zone, now: number): Promise<object> {
    for (const listener of this.listeners) await listener(changed);
    const id = `C${randomBytes(8).toString('hex').toUpperCase()}`;
    this.changes.set(id, { Id: `/change/${id}`, SubmittedAt: new Date(now) });
    return { ...this.changes.get(id), Status: 'PENDING' };
  }

  /** @throws AwsError NoSuchChange */
  change(id: string): object {
    const found = this.changes.get(bareChangeId(id));
    if (!found) throw new AwsError('NoSuchChange', `Could not find resource with ID: ${id}`, 404);
    return { ...found, Status: 'INSYNC' };
  }
}

const bareId = (id: string): string => String(id).replace(/^\/?hostedzone\//, '');
const bareChangeId = (id: string): string => String(id).replace(/^\/?change\//, '');

/** Route 53: public hosted zones and their records. */
export const createRoute53 = (): Route53Service => {
  const zones = new Zones();
  const common: Common = {
    resource: (input) =>
      `arn:aws:route53:::hostedzone/${bareId(input.HostedZoneId ?? input.Id ?? input.ResourceId ?? '*')}`,
  };
  return {
    name: 'route53',
    operations: operationsOf('route53', common, { ...zoneOperations(zones), ...recordOperations(zones) }),
    zones: () => zones.all(),
    onChange: (listener) => {
      zones.listeners.add(listener);
      return () => zones.listeners.delete(listener);
    },
  };
};

function zoneOperations(zones: Zones): OwnOperations {
  return {
    CreateHostedZone: {
      resource: () => '*',
      run: async (input, { clock }) => {
        const created = newZone(zones, input);
        zones.add(created);
        return { ...described(created), ChangeInfo: await zones.publish(created, clock.now()) };
      },
    },
    GetHostedZone: ({ Id }) => described(zones.get(Id)),
    ListHostedZonesByName: {
      resource: () => '*',
      run: ({ DNSName, HostedZoneId, MaxItems = '100' }) => {
        const start = orderOf(DNSName, HostedZoneId && bareId(HostedZoneId));
        const page = pageFrom(zones.all(), ({ name, zoneId }) => orderOf(name, zoneId), start, MaxItems);
        return {
          HostedZones: page.items.map((it) => described(it).HostedZone),
          ...{ DNSName, HostedZoneId, MaxItems, IsTruncated: page.next !== undefined },
          NextDNSName: page.next?.name,
          NextHostedZoneId: page.next?.zoneId,
        };
      },
    },
  };
}

/** @throws AwsError for an invalid name, or a caller reference that was used before */
function newZone(zones: Zones, input: any): Zone {
  const name = fqdn(input.Name);
  if (!/^([\w*-]{1,63}\.)+$/.test(name))
    throw new AwsError('InvalidDomainName', `${input.Name} is not a valid domain name.`);
  if (zones.all().some(({ CallerReference }) => CallerReference === input.CallerReference)) {
    const message = 'A hosted zone has already been created with the specified caller reference.';
    throw new AwsError('HostedZoneAlreadyExists', message, 409);
  }
  return {
    zoneId: `Z${randomBytes(10).toString('hex').toUpperCase().slice(0, 19)}`,
    name,
    CallerReference: input.CallerReference,
    comment: input.HostedZoneConfig?.Comment ?? '',
    records: apexRecords(name),
  };
}

function recordOperations(zones: Zones): OwnOperations {
  return {
    ChangeResourceRecordSets: {
      conditionKeys: recordConditions,
      run: async ({ HostedZoneId, ChangeBatch }, { clock }) => {
        const changed = zones.get(HostedZoneId);
        changed.records = changeRecords(changed.name, changed.records, ChangeBatch.Changes);
        return { ChangeInfo: await zones.publish(changed, clock.now()) };
      },
    },
    ListResourceRecordSets({ HostedZoneId, StartRecordName, StartRecordType, MaxItems = '300' }) {
      const start = orderOf(StartRecordName, StartRecordType);
      const { records } = zones.get(HostedZoneId);
      const page = pageFrom(records, ({ name, type }) => orderOf(name, type), start, MaxItems);
      return {
        ResourceRecordSets: page.items.map(toRecordSet),
        ...{ MaxItems, IsTruncated: page.next !== undefined },
        NextRecordName: page.next?.name,
        NextRecordType: page.next?.type,
      };
    },
    GetChange: {
      resource: ({ Id }) => `arn:aws:route53:::change/${bareChangeId(Id)}`,
      run: ({ Id }) => ({ ChangeInfo: zones.change(Id) }),
    },
  };
}

const described = ({ zoneId, name: Name, CallerReference, comment, records }: Zone) => ({
  HostedZone: {
    Id: `/hostedzone/${zoneId}`,
    Name,
    CallerReference,
    Config: { Comment: comment, PrivateZone: false },
    ResourceRecordSetCount: records.length,
  },
  DelegationSet: { NameServers: NAME_SERVERS },
});

/**
 * Returns the condition keys of a change. IAM compares each value; here, several different values satisfy no condition.
 */
function recordConditions({ ChangeBatch }: any): Record<string, string> {
  const each = (value: (change: any) => string): string =>
    [...new Set<string>((ChangeBatch?.Changes ?? []).map(value))].join(' ');
  const key = 'route53:ChangeResourceRecordSets';
  return {
    [`${key}NormalizedRecordNames`]: each(({ ResourceRecordSet: { Name } }) => fqdn(Name).slice(0, -1)),
    [`${key}RecordTypes`]: each(({ ResourceRecordSet: { Type } }) => Type),
    [`${key}Actions`]: each(({ Action }) => Action),
  };
}

const apexRecords = (name: string): ZoneRecord[] => [
  { name, type: 'NS', ttlSeconds: 172_800, values: NAME_SERVERS.map((server) => `${server}.`) },
  {
    name,
    type: 'SOA',
    ttlSeconds: 900,
    values: [`${NAME_SERVERS[0]}. hostmaster.sandbox.test. 1 7200 900 1209600 86400`],
  },
];

/** Returns the sort key of a name: Route 53 compares labels from the right, then the type or the id. */
function orderOf(name: string | undefined, next: string | undefined): string {
  if (name === undefined && next !== undefined)
    throw invalidInput('route53', 'The name to start at is missing.');
  return name === undefined ? '' : `${fqdn(name).split('.').reverse().join('.')} ${next ?? ''}`;
}

/** Returns the items of a page, and the first item of the next page. */
function pageFrom<T>(all: readonly T[], order: (item: T) => string, start: string, maxItems: string) {
  const count = Number(maxItems);
  if (!(count >= 1)) throw invalidInput('route53', `MaxItems is no number from 1: ${maxItems}`);
  const left = all.filter((item) => order(item) >= start).sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return { items: left.slice(0, count), next: left[count] };
}

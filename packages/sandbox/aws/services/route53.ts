import { randomBytes } from 'node:crypto';
import { type Common, operationsOf } from '../../contract/operations';
import { AwsError } from '../../contract/service';
import { invalidInput } from '../../wire/refusals';
import { changeRecords, fqdn, toRecordSet, type ZoneRecord } from './route53-records';

/** What a zone holds now. */
export interface ZoneContents {
  readonly zoneId: string;
  /** Lower case, with the trailing dot. */
  readonly name: string;
  /** All of the zone's records, SOA and NS included. */
  readonly records: readonly ZoneRecord[];
}

/** Told at each change; a change is answered only when every listener is done, so that DNS is in step. */
export type ZoneListener = (zone: ZoneContents) => void | Promise<void>;

export type Route53Service = ReturnType<typeof createRoute53>;

interface Zone extends ZoneContents {
  readonly CallerReference: string;
  readonly comment: string;
  records: readonly ZoneRecord[];
}

const NAME_SERVERS = ['ns-1.sandbox.test', 'ns-2.sandbox.test'];

/** Route 53: public hosted zones and their records. */
export const createRoute53 = () => {
  const zones = new Map<string, Zone>();
  const listeners = new Set<ZoneListener>();
  const bare = (id: string): string => String(id).replace(/^\/?hostedzone\//, '');
  const zone = (id: string): Zone => {
    const found = zones.get(bare(id));
    if (!found) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${bare(id)}`, 404);
    return found;
  };
  const publish = async (changed: Zone): Promise<void> => {
    for (const listener of listeners) await listener(changed);
  };
  const zoneArn = (input: any): string =>
    `arn:aws:route53:::hostedzone/${bare(input.HostedZoneId ?? input.Id ?? input.ResourceId ?? '*')}`;
  const changes = new Map<string, { readonly Id: string; readonly SubmittedAt: Date }>();
  const changeInfo = (now: number) => {
    const id = `C${randomBytes(8).toString('hex').toUpperCase()}`;
    changes.set(id, { Id: `/change/${id}`, SubmittedAt: new Date(now) });
    return { ...changes.get(id), Status: 'PENDING' };
  };

  const common: Common = { resource: zoneArn };
  const operations = operationsOf('route53', common, {
    CreateHostedZone: {
      resource: () => '*',
      run: async (input, { clock }) => {
        const name = fqdn(input.Name);
        if (!/^([\w*-]{1,63}\.)+$/.test(name))
          throw new AwsError('InvalidDomainName', `${input.Name} is not a valid domain name.`);
        if ([...zones.values()].some(({ CallerReference }) => CallerReference === input.CallerReference)) {
          const message = 'A hosted zone has already been created with the specified caller reference.';
          throw new AwsError('HostedZoneAlreadyExists', message, 409);
        }
        const created: Zone = {
          zoneId: `Z${randomBytes(10).toString('hex').toUpperCase().slice(0, 19)}`,
          name,
          CallerReference: input.CallerReference,
          comment: input.HostedZoneConfig?.Comment ?? '',
          records: apexRecords(name),
        };
        zones.set(created.zoneId, created);
        await publish(created);
        return { ...described(created), ChangeInfo: changeInfo(clock.now()) };
      },
    },
    GetHostedZone: ({ Id }) => described(zone(Id)),
    ListHostedZonesByName: {
      resource: () => '*',
      run: ({ DNSName, HostedZoneId, MaxItems = '100' }) => {
        const start = orderOf(DNSName, HostedZoneId && bare(HostedZoneId));
        const page = pageFrom(
          [...zones.values()],
          ({ name, zoneId }) => orderOf(name, zoneId),
          start,
          MaxItems,
        );
        return {
          HostedZones: page.items.map((it) => described(it).HostedZone),
          ...{ DNSName, HostedZoneId, MaxItems, IsTruncated: page.next !== undefined },
          NextDNSName: page.next?.name,
          NextHostedZoneId: page.next?.zoneId,
        };
      },
    },
    ChangeResourceRecordSets: {
      conditionKeys: recordConditions,
      run: async ({ HostedZoneId, ChangeBatch }, { clock }) => {
        const changed = zone(HostedZoneId);
        changed.records = changeRecords(changed.name, changed.records, ChangeBatch.Changes);
        await publish(changed);
        return { ChangeInfo: changeInfo(clock.now()) };
      },
    },
    ListResourceRecordSets({ HostedZoneId, StartRecordName, StartRecordType, MaxItems = '300' }) {
      const start = orderOf(StartRecordName, StartRecordType);
      const { records } = zone(HostedZoneId);
      const page = pageFrom(records, ({ name, type }) => orderOf(name, type), start, MaxItems);
      return {
        ResourceRecordSets: page.items.map(toRecordSet),
        ...{ MaxItems, IsTruncated: page.next !== undefined },
        NextRecordName: page.next?.name,
        NextRecordType: page.next?.type,
      };
    },
    GetChange: {
      resource: ({ Id }) => `arn:aws:route53:::change/${String(Id).replace(/^\/?change\//, '')}`,
      run: ({ Id }) => {
        const change = changes.get(String(Id).replace(/^\/?change\//, ''));
        if (!change) throw new AwsError('NoSuchChange', `Could not find resource with ID: ${Id}`, 404);
        return { ChangeInfo: { ...change, Status: 'INSYNC' } };
      },
    },
  });

  return {
    name: 'route53',
    operations,
    /** The zones as they are. */
    zones: (): readonly ZoneContents[] => [...zones.values()],
    /** Publishes: called after each change with all that the zone holds. Returns what ends the subscription. */
    onChange: (listener: ZoneListener): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

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

/** What a policy may ask of a change. IAM asks it of each value; several different ones satisfy none here. */
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

/** Route 53 lists names by their labels from the right, and what has one name by its type or id. */
function orderOf(name: string | undefined, next: string | undefined): string {
  if (name === undefined && next !== undefined)
    throw invalidInput('route53', 'The name to start at is missing.');
  return name === undefined ? '' : `${fqdn(name).split('.').reverse().join('.')} ${next ?? ''}`;
}

/** What a page holds, and what the next one begins with. */
function pageFrom<T>(all: readonly T[], order: (item: T) => string, start: string, maxItems: string) {
  const count = Number(maxItems);
  if (!(count >= 1)) throw invalidInput('route53', `MaxItems is no number from 1: ${maxItems}`);
  const left = all.filter((item) => order(item) >= start).sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return { items: left.slice(0, count), next: left[count] };
}

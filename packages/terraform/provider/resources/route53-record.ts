import timers from 'node:timers/promises';
import {
  AttributeError,
  afterCreate,
  type ProviderContext,
  type ResourceType,
  type State,
} from '../resource';
import { fqdn, sameDnsName } from '../schema/spelling';
import { doing, isGone } from './common';

/** `aws_route53_record`, with the simple routing policy. */
export const route53Record: ResourceType = {
  version: 2,
  validate: (config) => {
    if (config.records === null) {
      throw new AttributeError('records', 'one of `alias,records` must be specified');
    }
    if (config.ttl === null) throw new AttributeError('ttl', 'all of `records,ttl` must be specified');
  },
  create: async (context, planned) => {
    const name = await qualified(context, planned);
    const made = { id: idOf(planned, name), fqdn: name };
    const synced = await change(context, planned, [['CREATE', { ...planned, fqdn: name }]], 'creating');
    await afterCreate(made, synced);
    return made;
  },
  read: async (context, state) => {
    const zoneId = state.zone_id ?? state.id.split('_')[0];
    const sought = { zone_id: zoneId, name: state.fqdn ?? state.name, type: state.type };
    const set = await doing(`reading Route 53 Record (${state.id})`, find(context, sought));
    if (!set) return null;
    return {
      ...state,
      allow_overwrite: false,
      fqdn: fqdn(set.Name),
      name: state.name ?? fqdn(set.Name),
      records: recordsOf(set),
      ttl: set.TTL,
      type: set.Type,
      zone_id: zoneId,
    };
  },
  update: async (context, prior, planned) => {
    const { fqdn: name } = prior;
    const changes: Change[] = [['UPSERT', { ...planned, fqdn: name }]];
    if (prior.type !== planned.type) {
      changes.splice(0, 1, ['DELETE', prior], ['CREATE', { ...planned, fqdn: name }]);
    }
    const synced = await change(context, planned, changes, 'updating');
    await synced();
    return { id: idOf(planned, name), fqdn: name };
  },
  delete: async (context, state) => {
    const set = await find(context, { ...state, name: state.fqdn });
    if (!set) return;
    const current = { ...state, fqdn: set.Name, ttl: set.TTL, records: recordsOf(set) };
    const synced = await change(context, state, [['DELETE', current]], 'deleting');
    await synced();
  },
  importState: (id) => {
    // The id is ZONE_name_TYPE, and a name may itself contain underscores.
    const [zoneId, ...rest] = id.split('_');
    const type = rest.pop();
    const name = rest.join('_');
    return { id, zone_id: zoneId, name: fqdn(name), fqdn: fqdn(name), type };
  },
};

type Change = readonly [action: 'CREATE' | 'UPSERT' | 'DELETE', record: State];

/** Sends changes to Route 53, and returns a function that waits until all of its servers have them. */
async function change(
  context: ProviderContext,
  of: State,
  changes: Change[],
  verb: string,
): Promise<() => Promise<void>> {
  const { ChangeInfo } = await doing(
    `${verb} Route 53 Record (${of.name} ${of.type})`,
    context.call('route53', 'ChangeResourceRecordSets', {
      HostedZoneId: of.zone_id,
      ChangeBatch: {
        Comment: verb === 'deleting' ? 'Deleted by Terraform' : 'Managed by Terraform',
        Changes: changes.map(([Action, record]) => ({
          Action,
          ResourceRecordSet: {
            Name: record.fqdn,
            Type: record.type,
            TTL: record.ttl,
            ResourceRecords: record.records.map((value: string) => ({ Value: quoted(record.type, value) })),
          },
        })),
      },
    }),
  );
  return () => inSync(context, ChangeInfo.Id.replace('/change/', ''));
}

/** Waits until all of Route 53's servers have the change. */
async function inSync(context: ProviderContext, Id: string): Promise<void> {
  for (;;) {
    const { ChangeInfo } = await context.call('route53', 'GetChange', { Id });
    if (ChangeInfo.Status === 'INSYNC') return;
    await timers.setTimeout(50);
  }
}

/** Returns the full name, since the zone's name may be left off. */
async function qualified(context: ProviderContext, planned: State): Promise<string> {
  const { HostedZone } = await doing(
    `reading Route 53 Hosted Zone (${planned.zone_id})`,
    context.call('route53', 'GetHostedZone', { Id: planned.zone_id }),
  );
  const [name, zone] = [fqdn(planned.name), fqdn(HostedZone.Name)];
  if (name === '') return zone;
  return name === zone || name.endsWith(`.${zone}`) ? name : `${name}.${zone}`;
}

async function find(context: ProviderContext, sought: State): Promise<any> {
  const { zone_id: zoneId, type } = sought;
  try {
    const name = await qualified(context, sought);
    const { ResourceRecordSets } = await context.call('route53', 'ListResourceRecordSets', {
      HostedZoneId: zoneId,
      StartRecordName: `${fqdn(name)}.`,
      StartRecordType: type,
      MaxItems: 1,
    });
    const [set] = ResourceRecordSets;
    return set && sameDnsName(set.Name, name) && set.Type === type ? set : null;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

const idOf = (planned: State, name: string): string => `${planned.zone_id}_${name}_${planned.type}`;

/** Adds the outer quotes, which the configuration of a TXT value omits. `""` inside separates its strings. */
const quoted = (type: string, value: string): string =>
  type === 'TXT' && !/^".*"$/s.test(value) ? `"${value}"` : value;
const recordsOf = ({ Type, ResourceRecords }: any): string[] =>
  ResourceRecords.map(({ Value }: any) => (Type === 'TXT' ? Value.replace(/^"|"$/g, '') : Value));

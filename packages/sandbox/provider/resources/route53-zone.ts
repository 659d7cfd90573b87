import type { DataSource } from '../resource';
import { computed, optional, optionalComputed, STRING_MAP, STRINGS } from '../schema/schema';
import { ARN, doing, ID, tagMap } from './common';

/** `data "aws_route53_zone"`, by `zone_id` or by `name`. Every zone of the sandbox is public. */
export const route53Zone: DataSource = {
  block: {
    attributes: {
      ...ID,
      ...ARN,
      caller_reference: computed('string'),
      comment: computed('string'),
      enable_accelerated_recovery: optionalComputed('bool'),
      linked_service_description: computed('string'),
      linked_service_principal: computed('string'),
      name: optionalComputed('string'),
      name_servers: computed(STRINGS),
      primary_name_server: computed('string'),
      private_zone: optional('bool'),
      resource_record_set_count: computed('number'),
      tags: optionalComputed(STRING_MAP),
      vpc_id: optionalComputed('string'),
      zone_id: optionalComputed('string'),
    },
  },
  read: async (context, config) => {
    const what = 'reading Route 53 Hosted Zones';
    const { HostedZones } = await doing(what, context.call('route53', 'ListHostedZones', {}));
    const wantedName = config.name?.replace(/\.?$/, '.').toLowerCase();
    const matching = HostedZones.filter(({ Id, Name }: any) =>
      config.zone_id ? Id === `/hostedzone/${config.zone_id}` : Name === wantedName,
    );
    const wanted = config.zone_id ?? config.name;
    if (matching.length === 0) throw new Error(`no matching Route 53 Hosted Zone found (${wanted})`);
    if (matching.length > 1)
      throw new Error(`multiple Route 53 Hosted Zones matched (${wanted}); use zone_id`);
    const id = matching[0].Id.replace('/hostedzone/', '');
    const { HostedZone, DelegationSet } = await context.call('route53', 'GetHostedZone', { Id: id });
    const tags = await context.call('route53', 'ListTagsForResource', {
      ResourceId: id,
      ResourceType: 'hostedzone',
    });
    return {
      id,
      zone_id: id,
      arn: `arn:${context.partition}:route53:::hostedzone/${id}`,
      caller_reference: HostedZone.CallerReference,
      comment: HostedZone.Config.Comment,
      name: HostedZone.Name.replace(/\.$/, ''),
      name_servers: DelegationSet.NameServers,
      primary_name_server: DelegationSet.NameServers[0],
      private_zone: HostedZone.Config.PrivateZone,
      resource_record_set_count: HostedZone.ResourceRecordSetCount,
      tags: tagMap(tags.ResourceTagSet.Tags),
    };
  },
};

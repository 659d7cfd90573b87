import { AttributeError, type ResourceType } from '../resource';
import { computed, oneBlock, optional, optionalComputed, required, STRINGS } from '../schema/schema';
import { ARN, doing, ID, orGone, REGION, TAGS, tagList, tagMap, tagState, updateTags } from './common';

const NAME = 'SESv2 (Simple Email V2) Configuration Set';
const string = optional('string');

const OPTIONS = {
  delivery_options: oneBlock({
    max_delivery_seconds: optional('number'),
    sending_pool_name: string,
    tls_policy: optional('string', { default: 'OPTIONAL' }),
  }),
  reputation_options: oneBlock(
    { last_fresh_start: computed('string'), reputation_metrics_enabled: optionalComputed('bool') },
    { computed: true },
  ),
  sending_options: oneBlock({ sending_enabled: optionalComputed('bool') }, { computed: true }),
  suppression_options: oneBlock({ suppressed_reasons: optional(STRINGS) }),
  tracking_options: oneBlock({
    custom_redirect_domain: required('string'),
    https_policy: optionalComputed('string'),
  }),
  vdm_options: oneBlock({
    attributes: {},
    blocks: {
      dashboard_options: oneBlock({ engagement_metrics: string }),
      guardian_options: oneBlock({ optimized_shared_delivery: string }),
    },
  }),
};

/** `aws_sesv2_configuration_set`, by name only: its options are not simulated. */
export const sesConfigurationSet: ResourceType = {
  block: {
    attributes: {
      ...ID,
      ...ARN,
      ...REGION,
      ...TAGS,
      configuration_set_name: required('string', { forceNew: true }),
    },
    blocks: OPTIONS,
  },
  validate: (config) => {
    for (const name of Object.keys(OPTIONS)) {
      if (config[name]?.length > 0) throw new AttributeError(name, `${name} is not simulated by the sandbox`);
    }
  },
  create: async (context, planned) => {
    const name = planned.configuration_set_name;
    await doing(
      `creating ${NAME} (${name})`,
      context.call('ses', 'CreateConfigurationSet', {
        ConfigurationSetName: name,
        Tags: tagList(planned.tags_all),
      }),
    );
    const account = await context.accountId();
    const arn = `arn:${context.partition}:ses:${context.region}:${account}:configuration-set/${name}`;
    return { id: name, arn, reputation_options: [], sending_options: [] };
  },
  read: async (context, state) => {
    const found = await doing(
      `reading ${NAME} (${state.id})`,
      orGone(context.call('ses', 'GetConfigurationSet', { ConfigurationSetName: state.id })),
    );
    if (!found) return null;
    const account = await context.accountId();
    return {
      ...state,
      ...tagState(context, state, tagMap(found.Tags)),
      arn: `arn:${context.partition}:ses:${context.region}:${account}:configuration-set/${state.id}`,
      configuration_set_name: state.id,
    };
  },
  update: async (context, prior, planned) => {
    await updateTags(
      prior,
      planned,
      (tags) => context.call('ses', 'TagResource', { ResourceArn: planned.arn, Tags: tagList(tags) }),
      (TagKeys) => context.call('ses', 'UntagResource', { ResourceArn: planned.arn, TagKeys }),
    );
    return {};
  },
  delete: async (context, state) => {
    await doing(
      `deleting ${NAME} (${state.id})`,
      orGone(context.call('ses', 'DeleteConfigurationSet', { ConfigurationSetName: state.id })),
    );
  },
};

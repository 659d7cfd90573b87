import type { ProviderContext, ResourceType, State } from '../resource';
import { computed, optional, optionalComputed, required } from '../schema/schema';
import { ARN, doing, ID, keepSpelling, orGone, REGION, requireJson, sameJson } from './common';

/** State's names of the attributes that can be set. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  delivery_policy: 'DeliveryPolicy',
  filter_policy: 'FilterPolicy',
  filter_policy_scope: 'FilterPolicyScope',
  raw_message_delivery: 'RawMessageDelivery',
  redrive_policy: 'RedrivePolicy',
  replay_policy: 'ReplayPolicy',
  subscription_role_arn: 'SubscriptionRoleArn',
};
const JSON_ATTRIBUTES = ['delivery_policy', 'filter_policy', 'redrive_policy', 'replay_policy'];
const json = optional('string', { same: sameJson });

/** `aws_sns_topic_subscription`. */
export const snsTopicSubscription: ResourceType = {
  block: {
    attributes: {
      ...ID,
      ...ARN,
      ...REGION,
      confirmation_timeout_in_minutes: optional('number', { default: 1 }),
      confirmation_was_authenticated: computed('bool'),
      delivery_policy: json,
      endpoint: required('string', { forceNew: true }),
      endpoint_auto_confirms: optional('bool', { default: false }),
      filter_policy: json,
      filter_policy_scope: optionalComputed('string'),
      owner_id: computed('string'),
      pending_confirmation: computed('bool'),
      protocol: required('string', { forceNew: true }),
      raw_message_delivery: optional('bool', { default: false }),
      redrive_policy: json,
      replay_policy: json,
      subscription_role_arn: optional('string'),
      topic_arn: required('string', { forceNew: true }),
    },
  },
  validate: (config) => {
    for (const attribute of JSON_ATTRIBUTES) requireJson(config, attribute);
  },
  create: async (context, planned) => {
    const { SubscriptionArn } = await doing(
      'creating SNS Topic Subscription',
      context.call('sns', 'Subscribe', {
        TopicArn: planned.topic_arn,
        Protocol: planned.protocol,
        Endpoint: planned.endpoint,
        Attributes: attributes(planned),
        ReturnSubscriptionArn: true,
      }),
    );
    return (await found(context, { ...planned, id: SubscriptionArn }))!;
  },
  read: (context, state) => doing(`reading SNS Topic Subscription (${state.id})`, found(context, state)),
  update: async (context, prior, planned) => {
    const fresh = attributes(planned);
    for (const [attribute, AttributeName] of Object.entries(ATTRIBUTES)) {
      if (prior[attribute] === planned[attribute]) continue;
      await doing(
        `setting SNS Topic Subscription (${planned.id}) attribute (${AttributeName})`,
        context.call('sns', 'SetSubscriptionAttributes', {
          SubscriptionArn: planned.id,
          AttributeName,
          AttributeValue: fresh[AttributeName] ?? '',
        }),
      );
    }
    return {};
  },
  delete: async (context, state) => {
    await doing(
      `deleting SNS Topic Subscription (${state.id})`,
      orGone(context.call('sns', 'Unsubscribe', { SubscriptionArn: state.id })),
    );
  },
};

const attributes = (planned: State): Record<string, string> =>
  Object.fromEntries(
    Object.entries(ATTRIBUTES)
      .filter(([attribute]) => planned[attribute] !== null && planned[attribute] !== false)
      .map(([attribute, name]) => [name, String(planned[attribute])]),
  );

async function found(context: ProviderContext, state: State): Promise<State | null> {
  const answer = await orGone(
    context.call('sns', 'GetSubscriptionAttributes', { SubscriptionArn: state.id }),
  );
  if (!answer) return null;
  const { Attributes: it } = answer;
  const text = (attribute: string, remote: string | undefined) =>
    remote ? keepSpelling(state[attribute] ?? null, remote, sameJson) : null;
  return {
    ...state,
    arn: state.id,
    confirmation_timeout_in_minutes: state.confirmation_timeout_in_minutes ?? 1,
    confirmation_was_authenticated: it.ConfirmationWasAuthenticated === 'true',
    delivery_policy: text('delivery_policy', it.DeliveryPolicy),
    endpoint: it.Endpoint ?? state.endpoint,
    endpoint_auto_confirms: state.endpoint_auto_confirms ?? false,
    filter_policy: text('filter_policy', it.FilterPolicy),
    filter_policy_scope: it.FilterPolicyScope ?? '',
    owner_id: it.Owner ?? state.id.split(':')[4],
    pending_confirmation: it.PendingConfirmation === 'true',
    protocol: it.Protocol ?? state.protocol,
    raw_message_delivery: it.RawMessageDelivery === 'true',
    redrive_policy: text('redrive_policy', it.RedrivePolicy),
    replay_policy: text('replay_policy', it.ReplayPolicy),
    subscription_role_arn: it.SubscriptionRoleArn ?? null,
    topic_arn: it.TopicArn ?? state.topic_arn,
  };
}

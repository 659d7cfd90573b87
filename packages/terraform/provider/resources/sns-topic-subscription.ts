import { AwsCallError } from '../aws-call';
import type { ResourceType, State } from '../resource';
import { simpleResource } from './simple-resource';

/** `aws_sns_topic_subscription`. For mail and web endpoints it does not wait for the confirmation. */
const resource = simpleResource({
  what: 'SNS Topic Subscription',
  service: 'sns',
  create: 'Subscribe',
  read: 'GetSubscriptionAttributes',
  delete: 'Unsubscribe',
  identity: () => ({}),
  made: ({ SubscriptionArn: id }) => ({ id }),
  input: (planned) => ({
    TopicArn: planned.topic_arn,
    Protocol: planned.protocol,
    Endpoint: planned.endpoint,
    Attributes: {},
    ReturnSubscriptionArn: true,
  }),
  named: ({ id }) => ({ SubscriptionArn: id }),
  state: ({ Attributes }, state) => subscriptionState(Attributes, state),
});

export const snsTopicSubscription: ResourceType = {
  ...resource,
  delete: async (context, state) => {
    try {
      await resource.delete(context, state);
    } catch (error) {
      // An unconfirmed subscription stays in SNS until it expires, and the provider only removes it from state.
      if (!(error instanceof AwsCallError && error.message.includes('pending confirmation'))) throw error;
    }
  },
};

const subscriptionState = (it: Record<string, string>, state: State): State => ({
  arn: state.id,
  confirmation_was_authenticated: it.ConfirmationWasAuthenticated === 'true',
  endpoint: it.Endpoint,
  filter_policy_scope: '',
  owner_id: it.Owner,
  pending_confirmation: it.PendingConfirmation === 'true',
  protocol: it.Protocol,
  topic_arn: it.TopicArn,
});

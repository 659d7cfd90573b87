import type { ProviderContext, ResourceType, State } from '../resource';
import { keepSpelling } from '../schema/spelling';
import { doing, nameOrPrefixed } from './common';
import { simpleResource } from './simple-resource';
import { tagList, tagsByArn } from './tags';

/** Of deliveries none are logged: the provider says so of each protocol. */
const UNSAMPLED = ['Application', 'Firehose', 'HTTP', 'Lambda', 'SQS'];

/** State's names of the topic's attributes that can be set. */
const TOPIC_ATTRIBUTES: Readonly<Record<string, string>> = {
  delivery_policy: 'DeliveryPolicy',
  display_name: 'DisplayName',
  kms_master_key_id: 'KmsMasterKeyId',
  policy: 'Policy',
  signature_version: 'SignatureVersion',
  tracing_config: 'TracingConfig',
};

/** `aws_sns_topic`. */
export const snsTopic: ResourceType = {
  ...simpleResource({
    what: 'SNS Topic',
    service: 'sns',
    create: 'CreateTopic',
    read: 'GetTopicAttributes',
    delete: 'DeleteTopic',
    identity: (planned) => ({ name: nameOrPrefixed(planned) }),
    made: ({ TopicArn: id }) => ({ id }),
    input: (planned) => ({
      Name: planned.name,
      Attributes: topicAttributes(planned),
      Tags: tagList(planned.tags_all),
    }),
    finish: async (context, made) => {
      for (const protocol of UNSAMPLED)
        await setAttribute(context, made.id, `${protocol}SuccessFeedbackSampleRate`, '0');
    },
    named: ({ id }) => ({ TopicArn: id }),
    state: ({ Attributes }, state) => topicState(Attributes, state),
    tagging: tagsByArn('sns'),
  }),
  update: async (context, prior, planned) => {
    const fresh = topicAttributes(planned);
    for (const [attribute, name] of Object.entries(TOPIC_ATTRIBUTES)) {
      if (prior[attribute] !== planned[attribute])
        await setAttribute(context, planned.id, name, fresh[name] ?? '');
    }
  },
};

const setAttribute = (
  context: ProviderContext,
  TopicArn: string,
  AttributeName: string,
  AttributeValue: string,
): Promise<unknown> =>
  doing(
    `setting SNS Topic (${TopicArn}) attribute (${AttributeName})`,
    context.call('sns', 'SetTopicAttributes', { TopicArn, AttributeName, AttributeValue }),
  );

const topicAttributes = (planned: State): Record<string, string> =>
  Object.fromEntries(
    Object.entries(TOPIC_ATTRIBUTES)
      .filter(([attribute]) => planned[attribute] !== null)
      .map(([attribute, name]) => [name, String(planned[attribute])]),
  );

function topicState(it: Record<string, string>, state: State): State {
  const TopicArn: string = state.id;
  return {
    arn: TopicArn,
    delivery_policy: it.DeliveryPolicy ?? state.delivery_policy,
    beginning_archive_time: '',
    content_based_deduplication: false,
    display_name: it.DisplayName || null,
    fifo_topic: false,
    kms_master_key_id: it.KmsMasterKeyId || null,
    name: TopicArn.split(':').at(-1),
    name_prefix: state.name_prefix ?? '',
    owner: it.Owner ?? TopicArn.split(':')[4],
    policy: it.Policy ? keepSpelling(state.policy, it.Policy) : (state.policy ?? ''),
    signature_version: Number(it.SignatureVersion ?? 0),
    tracing_config: it.TracingConfig ?? '',
  };
}

import type { ProviderContext, ResourceType, State } from '../resource';
import { keepSpelling } from '../schema/spelling';
import { doing, nameOrPrefixed } from './common';
import { simpleResource } from './simple-resource';
import { tagList, tagsByArn } from './tags';

/** Their rates are not left out where nobody says them: the provider sets 0. */
const UNSAMPLED = ['Application', 'Firehose', 'HTTP', 'Lambda', 'SQS'];

/** State's names of the topic's attributes that can be set. */
const TOPIC_ATTRIBUTES: Readonly<Record<string, string>> = {
  archive_policy: 'ArchivePolicy',
  content_based_deduplication: 'ContentBasedDeduplication',
  delivery_policy: 'DeliveryPolicy',
  display_name: 'DisplayName',
  fifo_throughput_scope: 'FifoThroughputScope',
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
      Attributes: { ...topicAttributes(planned), ...(planned.fifo_topic && { FifoTopic: 'true' }) },
      Tags: tagList(planned.tags_all),
    }),
    finish: async (context, made) => {
      for (const protocol of UNSAMPLED) {
        const rate = made[`${protocol.toLowerCase()}_success_feedback_sample_rate`] ?? 0;
        await setAttribute(context, made.id, `${protocol}SuccessFeedbackSampleRate`, String(rate));
      }
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
      .filter(([attribute]) => planned[attribute] !== null && planned[attribute] !== false)
      .map(([attribute, name]) => [name, String(planned[attribute])]),
  );

function topicState(it: Record<string, string>, state: State): State {
  const TopicArn: string = state.id;
  return {
    arn: TopicArn,
    archive_policy: it.ArchivePolicy ?? state.archive_policy,
    beginning_archive_time: it.BeginningArchiveTime ?? '',
    content_based_deduplication: it.ContentBasedDeduplication === 'true',
    delivery_policy: it.DeliveryPolicy ?? state.delivery_policy,
    display_name: it.DisplayName || null,
    fifo_throughput_scope: it.FifoThroughputScope ?? '',
    fifo_topic: it.FifoTopic === 'true',
    kms_master_key_id: it.KmsMasterKeyId || null,
    name: TopicArn.split(':').at(-1),
    name_prefix: state.name_prefix ?? '',
    owner: it.Owner ?? TopicArn.split(':')[4],
    policy: it.Policy ? keepSpelling(state.policy, it.Policy) : (state.policy ?? ''),
    signature_version: Number(it.SignatureVersion ?? 0),
    tracing_config: it.TracingConfig ?? '',
  };
}

import { afterCreate, type ProviderContext, type ResourceType, type State } from '../resource';
import { keepSpelling } from '../schema/spelling';
import { deletedBy, doing, nameOrPrefixed, orGone } from './common';
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
  create: async (context, planned) => {
    const name = nameOrPrefixed(planned);
    const { TopicArn } = await doing(
      `creating SNS Topic (${name})`,
      context.call('sns', 'CreateTopic', {
        Name: name,
        Attributes: { ...topicAttributes(planned), ...(planned.fifo_topic && { FifoTopic: 'true' }) },
        Tags: tagList(planned.tags_all),
      }),
    );
    await afterCreate({ ...planned, id: TopicArn }, async () => {
      for (const protocol of UNSAMPLED) {
        const AttributeName = `${protocol}SuccessFeedbackSampleRate`;
        const AttributeValue = String(planned[`${protocol.toLowerCase()}_success_feedback_sample_rate`] ?? 0);
        await doing(
          `setting SNS Topic (${TopicArn}) attribute (${AttributeName})`,
          context.call('sns', 'SetTopicAttributes', { TopicArn, AttributeName, AttributeValue }),
        );
      }
    });
    return { id: TopicArn };
  },
  read: (context, state) => doing(`reading SNS Topic (${state.id})`, topicState(context, state)),
  update: async (context, prior, planned) => {
    const TopicArn = planned.id;
    const fresh = topicAttributes(planned);
    for (const [attribute, AttributeName] of Object.entries(TOPIC_ATTRIBUTES)) {
      if (prior[attribute] === planned[attribute]) continue;
      await doing(
        `setting SNS Topic (${TopicArn}) attribute (${AttributeName})`,
        context.call('sns', 'SetTopicAttributes', {
          TopicArn,
          AttributeName,
          AttributeValue: fresh[AttributeName] ?? '',
        }),
      );
    }
  },
  tagging: tagsByArn('sns'),
  delete: deletedBy('SNS Topic', 'sns', 'DeleteTopic', (state) => ({ TopicArn: state.id })),
};

const topicAttributes = (planned: State): Record<string, string> =>
  Object.fromEntries(
    Object.entries(TOPIC_ATTRIBUTES)
      .filter(([attribute]) => planned[attribute] !== null && planned[attribute] !== false)
      .map(([attribute, name]) => [name, String(planned[attribute])]),
  );

async function topicState(context: ProviderContext, state: State): Promise<State | null> {
  const TopicArn = state.id;
  const found = await orGone(context.call('sns', 'GetTopicAttributes', { TopicArn }));
  if (!found) return null;
  const { Attributes: it } = found;
  return {
    ...state,
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

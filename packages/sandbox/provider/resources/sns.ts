import type { DataSource, ProviderContext, ResourceType, State } from '../resource';
import type { Attribute } from '../schema/schema';
import { computed, optional, optionalComputed, required, STRING_MAP } from '../schema/schema';
import {
  ARN,
  DATA_REGION,
  doing,
  ID,
  keepSpelling,
  nameOrPrefixed,
  orGone,
  REGION,
  requireJson,
  samePolicy,
  TAGS,
  tagList,
  tagMap,
  tagState,
  updateTags,
} from './common';

const FEEDBACK = ['application', 'firehose', 'http', 'lambda', 'sqs'];
const feedbackAttributes = (): Record<string, Attribute> =>
  Object.fromEntries(
    FEEDBACK.flatMap((protocol): [string, Attribute][] => [
      [`${protocol}_failure_feedback_role_arn`, optional('string')],
      [`${protocol}_success_feedback_role_arn`, optional('string')],
      [`${protocol}_success_feedback_sample_rate`, optional('number')],
    ]),
  );

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
  block: {
    attributes: {
      ...ID,
      ...ARN,
      ...REGION,
      ...TAGS,
      ...feedbackAttributes(),
      archive_policy: optional('string'),
      beginning_archive_time: computed('string'),
      content_based_deduplication: optional('bool', { default: false }),
      delivery_policy: optional('string'),
      display_name: optional('string'),
      fifo_throughput_scope: optionalComputed('string'),
      fifo_topic: optional('bool', { default: false, forceNew: true }),
      kms_master_key_id: optional('string'),
      name: optionalComputed('string', { forceNew: true }),
      name_prefix: optionalComputed('string', { forceNew: true }),
      owner: computed('string'),
      policy: optionalComputed('string', { same: samePolicy }),
      signature_version: optionalComputed('number'),
      tracing_config: optionalComputed('string'),
    },
  },
  validate: (config) => requireJson(config, 'policy', 'JSON policy'),
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
    return (await topicState(context, { ...planned, id: TopicArn }))!;
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
    await updateTags(
      prior,
      planned,
      (tags) => context.call('sns', 'TagResource', { ResourceArn: TopicArn, Tags: tagList(tags) }),
      (TagKeys) => context.call('sns', 'UntagResource', { ResourceArn: TopicArn, TagKeys }),
    );
    return (await topicState(context, planned))!;
  },
  delete: async (context, state) => {
    await doing(
      `deleting SNS Topic (${state.id})`,
      orGone(context.call('sns', 'DeleteTopic', { TopicArn: state.id })),
    );
  },
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
  const { Tags } = await context.call('sns', 'ListTagsForResource', { ResourceArn: TopicArn });
  const { Attributes: it } = found;
  return {
    ...state,
    ...tagState(context, state, tagMap(Tags)),
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
    policy: it.Policy ? keepSpelling(state.policy, it.Policy, samePolicy) : (state.policy ?? ''),
    signature_version: Number(it.SignatureVersion ?? 0),
    tracing_config: it.TracingConfig ?? '',
  };
}

/** `aws_sns_topic_policy`. */
export const snsTopicPolicy: ResourceType = {
  block: {
    attributes: {
      ...ID,
      ...REGION,
      arn: required('string', { forceNew: true }),
      owner: computed('string'),
      policy: required('string', { same: samePolicy }),
    },
  },
  validate: (config) => requireJson(config, 'policy', 'JSON policy'),
  create: async (context, planned) => {
    await putPolicy(context, planned.arn, planned.policy);
    return { id: planned.arn, owner: planned.arn.split(':')[4] };
  },
  read: async (context, state) => {
    const found = await doing(
      `reading SNS Topic Policy (${state.id})`,
      orGone(context.call('sns', 'GetTopicAttributes', { TopicArn: state.id })),
    );
    const policy = found?.Attributes.Policy;
    if (!policy) return null;
    const owner = found.Attributes.Owner ?? state.id.split(':')[4];
    return { ...state, arn: state.id, owner, policy: keepSpelling(state.policy, policy, samePolicy) };
  },
  update: async (context, _prior, planned) => {
    await putPolicy(context, planned.arn, planned.policy);
    return {};
  },
  delete: async (context, { arn, owner }) => {
    // A topic is never without a policy: the default one lets its account in.
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 'SNS:*',
      Resource: arn,
      Condition: { StringEquals: { 'AWS:SourceOwner': owner } },
    };
    await orGone(putPolicy(context, arn, JSON.stringify({ Version: '2008-10-17', Statement: [statement] })));
  },
};

const putPolicy = (context: ProviderContext, TopicArn: string, policy: string): Promise<unknown> =>
  doing(
    `setting SNS Topic Policy (${TopicArn})`,
    context.call('sns', 'SetTopicAttributes', {
      TopicArn,
      AttributeName: 'Policy',
      AttributeValue: policy,
    }),
  );

/** `data "aws_sns_topic"`. */
export const snsTopicData: DataSource = {
  block: {
    attributes: {
      ...ID,
      ...ARN,
      ...DATA_REGION,
      name: required('string'),
      tags: optionalComputed(STRING_MAP),
    },
  },
  read: async (context, { name }) => {
    const what = `reading SNS Topic (${name})`;
    const { Topics = [] } = await doing(what, context.call('sns', 'ListTopics', {}));
    const topic = Topics.find(({ TopicArn }: any) =>
      TopicArn.endsWith(`:${context.region}:${TopicArn.split(':')[4]}:${name}`),
    );
    if (!topic) throw new Error(`${what}: couldn't find resource`);
    const { Tags } = await context.call('sns', 'ListTagsForResource', { ResourceArn: topic.TopicArn });
    return { id: topic.TopicArn, arn: topic.TopicArn, region: context.region, tags: tagMap(Tags) };
  },
};

import type { ProviderContext, ResourceType, State } from '../resource';
import { doing, given, nameOrPrefixed } from './common';
import { simpleResource } from './simple-resource';
import { tagList, tagsByArn } from './tags';

/** The protocols whose deliveries SNS can log. The provider writes the attributes of each into state. */
const UNSAMPLED = ['Application', 'Firehose', 'HTTP', 'Lambda', 'SQS'];

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
      Attributes: given({ DisplayName: planned.display_name }),
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
    if (prior.display_name !== planned.display_name)
      await setAttribute(context, planned.id, 'DisplayName', planned.display_name ?? '');
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

function topicState(it: Record<string, string>, state: State): State {
  const TopicArn: string = state.id;
  return {
    arn: TopicArn,
    beginning_archive_time: '',
    content_based_deduplication: false,
    display_name: it.DisplayName || null,
    fifo_topic: false,
    name: TopicArn.split(':').at(-1),
    owner: it.Owner ?? TopicArn.split(':')[4],
    policy: it.Policy,
    signature_version: 0,
    tracing_config: '',
  };
}

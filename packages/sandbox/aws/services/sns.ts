import { randomUUID } from 'node:crypto';
import type { SandboxCore } from '../../contract/core';
import { type Common, operationsOf } from '../../contract/operations';
import type { Tag } from '../../contract/resource-tags';
import { AwsError, type Operation, type Principal } from '../../contract/service';
import {
  invalid,
  newSubscription,
  readMessage,
  setTopicAttribute,
  type Topic,
  topicAttributes,
} from './sns-topic';
import { tagOperations } from './tagging';

export interface PublishedMessage {
  readonly messageId: string;
  readonly subject?: string;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
  readonly principal: Principal;
}

export type SnsService = ReturnType<typeof createSns>;

/** Simple Notification Service: topics keep what is published to them; nothing is delivered. */
export const createSns = (core: SandboxCore) => {
  const topics = new Map<string, Topic>();
  const published = new Map<string, PublishedMessage[]>();

  const topic = (arn: string, region: string): Topic => {
    const parts = arn.split(':');
    if (parts.length < 6)
      throw invalid(`TopicArn Reason: An ARN must have at least 6 elements, not ${parts.length}`);
    if (parts[3] !== region) throw invalid('TopicArn');
    const found = topics.get(arn);
    if (!found) throw new AwsError('NotFound', 'Topic does not exist', 404);
    return found;
  };
  const resource: Operation['resource'] = ({ Name, TopicArn, TargetArn }, { region }) =>
    Name === undefined ? (TopicArn ?? TargetArn ?? '*') : `arn:aws:sns:${region}:${core.accountId}:${Name}`;
  const common: Common = {
    resource,
    resourceTags: (input, context) => topics.get(resource(input, context))?.tags.arrived ?? {},
  };

  const operations = operationsOf('sns', common, {
    CreateTopic({ Name, Attributes = {}, Tags = [] }, { region }) {
      if (!/^[\w-]{1,256}$/.test(Name ?? '')) throw invalid('Topic Name');
      checkTags(Tags);
      const arn = `arn:aws:sns:${region}:${core.accountId}:${Name}`;
      const wanted: Topic = {
        arn,
        attributes: new Map(),
        tags: core.resourceTags(Tags),
        subscriptions: new Map(),
      };
      for (const [name, value] of Object.entries<string>(Attributes)) {
        setTopicAttribute(wanted, name, value);
      }
      const existing = topics.get(arn);
      if (existing) checkSame(existing, wanted);
      else topics.set(arn, wanted);
      return { TopicArn: arn };
    },
    DeleteTopic({ TopicArn }, { region }) {
      if (TopicArn.split(':')[3] !== region) throw invalid('TopicArn');
      topics.delete(TopicArn);
    },
    ListTopics: (_input, { region }) => ({
      Topics: [...topics.keys()]
        .filter((arn) => arn.split(':')[3] === region)
        .map((TopicArn) => ({ TopicArn })),
    }),
    GetTopicAttributes: ({ TopicArn }, { region }) => ({
      Attributes: topicAttributes(topic(TopicArn, region)),
    }),
    SetTopicAttributes({ TopicArn, AttributeName, AttributeValue }, { region }) {
      setTopicAttribute(topic(TopicArn, region), AttributeName, AttributeValue);
    },
    Publish(input, { clock, principal, region }) {
      const arn = input.TopicArn ?? input.TargetArn;
      if (arn === undefined) throw invalid('TopicArn or TargetArn Reason: no value for required parameter');
      topic(arn, region);
      const messageId = randomUUID();
      const message = { messageId, ...readMessage(input), publishedAt: clock.now(), principal };
      published.set(arn, [...(published.get(arn) ?? []), message]);
      return { MessageId: messageId };
    },
    Subscribe(input, { region }) {
      const owner = topic(input.TopicArn, region);
      const same = [...owner.subscriptions.values()].find(
        ({ protocol, endpoint }) => protocol === input.Protocol && endpoint === input.Endpoint,
      );
      const subscription = same ?? newSubscription(owner, randomUUID(), input);
      owner.subscriptions.set(subscription.arn, subscription);
      return { SubscriptionArn: input.ReturnSubscriptionArn ? subscription.arn : 'pending confirmation' };
    },
    ListSubscriptionsByTopic: ({ TopicArn }, { region }) => ({
      Subscriptions: [...topic(TopicArn, region).subscriptions.values()].map((subscription) => ({
        SubscriptionArn: 'PendingConfirmation',
        Owner: core.accountId,
        Protocol: subscription.protocol,
        Endpoint: subscription.endpoint,
        TopicArn,
      })),
    }),
    ...tagOperations({
      service: 'sns',
      find: (arn) => topics.get(arn)?.tags,
      missing: () => new AwsError('ResourceNotFound', 'Resource does not exist', 404),
      check: (given, there) => checkTags(given, [...there.shown.keys()]),
    }),
  });

  return {
    name: 'sns',
    operations,
    topics: (): readonly Topic[] => [...topics.values()],
    /** What was published to a topic, oldest first; kept when the topic is deleted. */
    messages: (topicArn: string): readonly PublishedMessage[] => published.get(topicArn) ?? [],
  };
};

/** @throws AwsError InvalidParameter for a key twice, TagLimitExceeded */
function checkTags(given: readonly Tag[], there: readonly string[] = []): void {
  const keys = new Set(given.map(({ Key }) => Key));
  if (keys.size < given.length) throw invalid('Duplicated keys are not allowed.');
  const message = 'Could not complete request: tag quota of per resource exceeded';
  if (new Set([...keys, ...there]).size > 50) throw new AwsError('TagLimitExceeded', message);
}

/** Creating a topic again is nothing, unless it were another one. */
function checkSame(existing: Topic, wanted: Topic): void {
  const differs = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>) =>
    [...b].some(([key, value]) => a.get(key) !== value);
  if (differs(existing.attributes, wanted.attributes)) {
    throw invalid('Attributes Reason: Topic already exists with different attributes');
  }
  if (differs(existing.tags.shown, wanted.tags.shown)) {
    throw invalid('Tags Reason: Topic already exists with different tags');
  }
}

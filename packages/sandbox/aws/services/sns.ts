import { randomUUID } from 'node:crypto';
import type { SandboxCore } from '../../contract/core';
import { type Common, type OwnOperations, operationsOf } from '../../contract/operations';
import type { Tag } from '../../contract/resource-tags';
import { AwsError, type Operation, type Principal, type Service } from '../../contract/service';
import {
  dropUnconfirmed,
  invalid,
  newSubscription,
  readMessage,
  type Subscription,
  setTopicAttribute,
  subscriptionAttributes,
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
  /** The endpoints that it was delivered to: those that had confirmed at that time. */
  readonly to: readonly string[];
}

export interface SnsService extends Service {
  topics(): readonly Topic[];
  /** Returns the messages that were published to a topic, oldest first. They survive the deletion of the topic. */
  messages(topicArn: string): readonly PublishedMessage[];
}

/** Keeps the topics of an account and the messages that were published to them. */
class Topics {
  readonly topics = new Map<string, Topic>();
  readonly published = new Map<string, PublishedMessage[]>();

  constructor(readonly core: SandboxCore) {}

  arn(name: string, region: string): string {
    return `arn:aws:sns:${region}:${this.core.accountId}:${name}`;
  }

  /** @throws AwsError for an ARN that is malformed or of another region, and for a topic that does not exist */
  get(arn: string, region: string): Topic {
    const parts = arn.split(':');
    if (parts.length < 6)
      throw invalid(`TopicArn Reason: An ARN must have at least 6 elements, not ${parts.length}`);
    if (parts[3] !== region) throw invalid('TopicArn');
    const found = this.topics.get(arn);
    if (!found) throw new AwsError('NotFound', 'Topic does not exist', 404);
    dropUnconfirmed(found, this.core.clock.now());
    return found;
  }

  /** @throws AwsError for a malformed ARN, and for a subscription that does not exist */
  subscription(arn: string): Subscription {
    const parts = arn.split(':');
    if (parts.length !== 7)
      throw invalid(`SubscriptionArn Reason: An ARN must have at least 6 elements, not ${parts.length}`);
    const topic = this.topics.get(parts.slice(0, 6).join(':'));
    if (topic) dropUnconfirmed(topic, this.core.clock.now());
    const found = topic?.subscriptions.get(arn);
    if (!found) throw new AwsError('NotFound', 'Subscription does not exist', 404);
    return found;
  }
}

/** Simple Notification Service: topics keep their messages and the endpoints that received them. */
export const createSns = (core: SandboxCore): SnsService => {
  const topics = new Topics(core);
  const resource: Operation['resource'] = ({ Name, TopicArn, TargetArn }, { region }) =>
    Name === undefined ? (TopicArn ?? TargetArn ?? '*') : topics.arn(Name, region);
  const common: Common = {
    resource,
    resourceTags: (input, context) => topics.topics.get(resource(input, context))?.tags.arrived ?? {},
  };
  return {
    name: 'sns',
    operations: operationsOf('sns', common, {
      ...topicOperations(topics),
      ...messageOperations(topics),
      ...subscriptionOperations(topics),
      ...tagOperations({
        service: 'sns',
        find: (arn) => topics.topics.get(arn)?.tags,
        missing: () => new AwsError('ResourceNotFound', 'Resource does not exist', 404),
        check: (given, there) => checkTags(given, [...there.shown.keys()]),
      }),
    }),
    topics: () => [...topics.topics.values()],
    messages: (topicArn) => topics.published.get(topicArn) ?? [],
  };
};

function topicOperations(topics: Topics): OwnOperations {
  return {
    CreateTopic({ Name, Attributes = {}, Tags = [] }, { region }) {
      if (!/^[\w-]{1,256}$/.test(Name ?? '')) throw invalid('Topic Name');
      checkTags(Tags);
      const arn = topics.arn(Name, region);
      const wanted: Topic = {
        arn,
        attributes: new Map(),
        tags: topics.core.resourceTags(Tags),
        subscriptions: new Map(),
      };
      for (const [name, value] of Object.entries<string>(Attributes)) {
        setTopicAttribute(wanted, name, value);
      }
      const existing = topics.topics.get(arn);
      if (existing) checkSame(existing, wanted);
      else topics.topics.set(arn, wanted);
      return { TopicArn: arn };
    },
    DeleteTopic({ TopicArn }, { region }) {
      if (TopicArn.split(':')[3] !== region) throw invalid('TopicArn');
      topics.topics.delete(TopicArn);
    },
    ListTopics: (_input, { region }) => ({
      Topics: [...topics.topics.keys()]
        .filter((arn) => arn.split(':')[3] === region)
        .map((TopicArn) => ({ TopicArn })),
    }),
    GetTopicAttributes: ({ TopicArn }, { region }) => ({
      Attributes: topicAttributes(topics.get(TopicArn, region)),
    }),
    SetTopicAttributes({ TopicArn, AttributeName, AttributeValue }, { region }) {
      setTopicAttribute(topics.get(TopicArn, region), AttributeName, AttributeValue);
    },
  };
}

function messageOperations(topics: Topics): OwnOperations {
  return {
    Publish(input, { clock, principal, region }) {
      const arn = input.TopicArn ?? input.TargetArn;
      if (arn === undefined) throw invalid('TopicArn or TargetArn Reason: no value for required parameter');
      const { subscriptions } = topics.get(arn, region);
      const messageId = randomUUID();
      const to = [...subscriptions.values()].flatMap((each) => (each.isConfirmed ? each.endpoint : []));
      const message = { messageId, ...readMessage(input), publishedAt: clock.now(), principal, to };
      topics.published.set(arn, [...(topics.published.get(arn) ?? []), message]);
      return { MessageId: messageId };
    },
  };
}

function subscriptionOperations(topics: Topics): OwnOperations {
  // The resource of a subscription is its topic.
  const onTopic = {
    resource: ({ SubscriptionArn }: any) => String(SubscriptionArn).split(':').slice(0, 6).join(':'),
    resourceTags: () => ({}),
  };
  return {
    Subscribe(input, { region }) {
      const owner = topics.get(input.TopicArn, region);
      const same = [...owner.subscriptions.values()].find(
        ({ protocol, endpoint }) => protocol === input.Protocol && endpoint === input.Endpoint,
      );
      const asked = { id: randomUUID(), now: topics.core.clock.now() };
      const subscription = same ?? newSubscription(owner, asked, input);
      owner.subscriptions.set(subscription.arn, subscription);
      const isShown = input.ReturnSubscriptionArn || subscription.isConfirmed;
      return { SubscriptionArn: isShown ? subscription.arn : 'pending confirmation' };
    },
    ConfirmSubscription({ TopicArn, Token, AuthenticateOnUnsubscribe }, { region }) {
      const { subscriptions } = topics.get(TopicArn, region);
      const found = [...subscriptions.values()].find(({ token }) => token === Token);
      if (!found) throw invalid('Token');
      const isAuthenticated = AuthenticateOnUnsubscribe === 'true';
      subscriptions.set(found.arn, { ...found, isConfirmed: true, isAuthenticated });
      return { SubscriptionArn: found.arn };
    },
    GetSubscriptionAttributes: {
      ...onTopic,
      run: ({ SubscriptionArn }) => ({
        Attributes: subscriptionAttributes(topics.subscription(SubscriptionArn)),
      }),
    },
    Unsubscribe: {
      ...onTopic,
      run({ SubscriptionArn }) {
        const { arn, topicArn, isConfirmed } = topics.subscription(SubscriptionArn);
        if (!isConfirmed) {
          const reason = 'Cannot unsubscribe a subscription that is pending confirmation';
          throw invalid(`SubscriptionArn Reason: ${reason}`);
        }
        topics.topics.get(topicArn)?.subscriptions.delete(arn);
      },
    },
    ListSubscriptionsByTopic: ({ TopicArn }, { region }) => ({
      Subscriptions: [...topics.get(TopicArn, region).subscriptions.values()].map((subscription) => ({
        SubscriptionArn: subscription.isConfirmed ? subscription.arn : 'PendingConfirmation',
        Owner: topics.core.accountId,
        Protocol: subscription.protocol,
        Endpoint: subscription.endpoint,
        TopicArn,
      })),
    }),
  };
}

/** @throws AwsError InvalidParameter for a repeated key, TagLimitExceeded */
function checkTags(given: readonly Tag[], there: readonly string[] = []): void {
  const keys = new Set(given.map(({ Key }) => Key));
  if (keys.size < given.length) throw invalid('Duplicated keys are not allowed.');
  const message = 'Could not complete request: tag quota of per resource exceeded';
  if (new Set([...keys, ...there]).size > 50) throw new AwsError('TagLimitExceeded', message);
}

/** Checks that a repeated creation describes the same topic. */
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

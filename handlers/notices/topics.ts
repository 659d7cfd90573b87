import type { Services } from '../aws/services';
import { TOPICS } from '../contract/contract';
import type { RequestOf } from '../contract/input/event';
import { testNotice } from '../words/test-notice';
import type { Subscription, TopicName, TopicState } from '../words/topics';
import type { World } from '../world';
import { endpointName } from './endpoint';
import { AUDIENCES, countSubscribers, type NoticeOutcome, notify, subscriptionsOf, topicOf } from './publish';

/** The answer to `topics`. */
export interface TopicsAnswer {
  readonly statusCode: 200;
  /** The topics that are set. */
  readonly topics: readonly TopicState[];
}

/** The answer to `test_notices`. */
export interface TestAnswer extends TopicsAnswer {
  readonly topics: readonly (TopicState & { readonly notice: NoticeOutcome })[];
}

/** Returns the topics, with their subscriptions and the number of confirmed ones. */
export async function showTopics(world: World, _: RequestOf<'topics'>): Promise<TopicsAnswer> {
  const services = servicesOf(world);
  const counted = await countReaders(world, services);
  const topics = await Promise.all(
    counted.map(async (state) => ({ ...state, ...(await namedReaders(world, services, state)) })),
  );
  return { statusCode: 200, topics };
}

/** Returns the topics, with the number of confirmed subscribers of each. */
export const countReaders = (world: World, services: Services): Promise<TopicState[]> =>
  Promise.all(
    topicsOf(world).map(async ({ topic, arn }) => ({
      topic,
      arn,
      ...(await countSubscribers(world, services, arn)),
    })),
  );

/** Returns the subscriptions of a topic, unless it was not even counted. */
async function namedReaders(
  world: World,
  services: Services,
  { arn, subscribers }: TopicState,
): Promise<{ readonly subscriptions?: readonly Subscription[] }> {
  const found = subscribers && (await subscriptionsOf(world, services, arn));
  if (found === undefined) return {};
  return {
    subscriptions: found.map(({ endpoint, confirmed }) => ({ endpoint: endpointName(endpoint), confirmed })),
  };
}

/** Sends a test notice to each topic. A failure is answered. */
export async function testNotices(world: World, _: RequestOf<'test-notices'>): Promise<TestAnswer> {
  const services = servicesOf(world);
  const topics = await Promise.all(
    topicsOf(world).map(async ({ topic, arn }) => {
      const text = testNotice({ topic, arn, language: world.environment.noticeLanguage });
      const notice = await notify(world, services, AUDIENCES[topic], text);
      return { topic, arn, ...(await countSubscribers(world, services, arn)), notice };
    }),
  );
  return { statusCode: 200, topics };
}

const servicesOf = (world: World) => world.services('', world.environment.region, world.clock);

function topicsOf(world: World): { topic: TopicName; arn: string }[] {
  return TOPICS.map((topic) => ({ topic, arn: topicOf(world, AUDIENCES[topic]) })).filter(
    ({ arn }) => arn !== '',
  );
}

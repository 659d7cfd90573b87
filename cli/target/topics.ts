/** Compares the topics of a region with their readers and with the list. */

import { endpointName } from '../../handlers/notices/endpoint';
import type { TopicState } from '../../handlers/words/topics';
import { type DomainList, topicsIn } from '../../list/domain-list';
import { CliError, orCliError } from '../errors/cli-error';
import type { RegionTopic } from '../words/topics';
import type { CliWorld } from '../world/world';
import { callFunction, type FunctionTarget } from './function';

/** The part of the list that names subscribers. */
export type ListOfTopics = Pick<DomainList, 'control'> | undefined;

/** Returns the topics of a region that nobody is known to read. A function that does not exist has no topics. */
export async function unreadTopics(
  world: CliWorld,
  place: FunctionTarget,
  list: ListOfTopics,
): Promise<RegionTopic[]> {
  const answer = await orCliError(callFunction(world, place, 'topics', {}));
  if (!(answer instanceof CliError)) return unreadOf(place, answer.topics, list);
  if (answer.code === 'FUNCTION_NOT_FOUND') return [];
  const { region } = place;
  const error = `${answer.code}: ${answer.message}`;
  return [
    { region, topic: null, arn: null, readers: 'unknown', pending: 0, unconfirmed: [], unlisted: [], error },
  ];
}

/** Returns those of a region's topics that nobody is known to read, or that somebody may join who is not in the list. */
export const unreadOf = (
  { region }: FunctionTarget,
  topics: readonly TopicState[],
  list: ListOfTopics,
): RegionTopic[] =>
  topics
    .map((state): RegionTopic => {
      const { topic, arn, subscribers, subscriptions = [], error } = state;
      const unconfirmed = subscriptions.flatMap(({ endpoint, confirmed }) => (confirmed ? [] : [endpoint]));
      const listed = listedIn(list, region, state);
      const unlisted = listed === undefined ? [] : unconfirmed.filter((each) => !isAmong(listed, each));
      return {
        ...{ region, topic, arn, readers: readersOf(state), pending: subscribers?.pending ?? 0 },
        ...{ unconfirmed, unlisted },
        ...(error !== undefined && { error }),
      };
    })
    .filter(({ readers, unlisted }) => readers !== 'some' || unlisted.length > 0);

function readersOf({ subscribers, isGone }: TopicState): RegionTopic['readers'] {
  if (isGone) return 'gone';
  if (subscribers === undefined) return 'unknown';
  return subscribers.confirmed === 0 ? 'none' : 'some';
}

/** Returns the listed subscribers whom a region's topics do not have, not even unconfirmed, as far as that is known. */
export async function unsubscribed(
  world: CliWorld,
  place: FunctionTarget,
  list: DomainList,
): Promise<string[]> {
  const { topics = {} } = list.control;
  if (!Object.values(topics).some((topic) => typeof topic === 'object')) return [];
  const answer = await orCliError(callFunction(world, place, 'topics', {}));
  if (answer instanceof CliError) return [];
  const missing = answer.topics.flatMap((state) => {
    const { subscriptions } = state;
    if (subscriptions === undefined) return [];
    const there = subscriptions.map(({ endpoint }) => endpoint);
    return (listedIn(list, place.region, state) ?? []).filter((each) => !isAmong(there, each));
  });
  return [...new Set(missing)];
}

/** Returns the names of the subscribers that the list has for a topic; undefined if it leaves them to others. */
function listedIn(
  list: ListOfTopics,
  region: string,
  { topic }: Pick<TopicState, 'topic'>,
): string[] | undefined {
  const choice = topicsIn(list?.control.topics ?? {}, region)[topic];
  return typeof choice === 'object' ? choice.subscribers.map(endpointName) : undefined;
}

const isAmong = (endpoints: readonly string[], endpoint: string): boolean =>
  endpoints.some((each) => each.toLowerCase() === endpoint.toLowerCase());

import type { TopicState } from '../../handlers/facts/notices';
import { CliError, orCliError } from '../errors/cli-error';
import type { RegionTopic } from '../facts/topics';
import type { CliWorld } from '../world/world';
import { callFunction, type FunctionTarget } from './function';

/** Returns the topics of a region that no confirmed subscriber reads; none if the function does not answer. */
export async function unreadTopics(world: CliWorld, place: FunctionTarget): Promise<RegionTopic[]> {
  const answer = await orCliError(callFunction(world, place, 'topics', {}));
  return answer instanceof CliError ? [] : unreadOf(place, answer.topics);
}

/** Returns those of a region's topics that no confirmed subscriber reads. */
export const unreadOf = ({ region }: FunctionTarget, topics: readonly TopicState[]): RegionTopic[] =>
  topics.flatMap(({ topic, arn, subscribers }) =>
    subscribers?.confirmed === 0 ? [{ topic, arn, region, pending: subscribers.pending }] : [],
  );

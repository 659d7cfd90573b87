/** Judges whether somebody reads the notices. */

import { countReaders } from '../../notices/topics';
import type { FindingFacts } from '../../words/findings';
import type { TopicState } from '../../words/topics';
import { type Finding, finding } from '../findings/finding';
import type { Run } from '../run/audited';

/** Finds the topics that nobody reads. A topic whose readers cannot be counted does not count as read. */
export async function judgeTopics({ world, services }: Run): Promise<Finding[]> {
  const states = await countReaders(world, services);
  return states.flatMap((state) => {
    const facts = notHeard(state);
    if (facts === undefined) return [];
    const severity = facts.kind === 'unknown' ? 'unknown' : 'act';
    return [finding('NOT_HEARD', facts, { severity, subject: state.topic })];
  });
}

function notHeard(state: TopicState): FindingFacts['NOT_HEARD'] | undefined {
  const { topic, arn, subscribers, isGone, error = '' } = state;
  if (isGone) return { topic, arn, kind: 'gone' };
  if (subscribers === undefined) return { topic, arn, kind: 'unknown', problem: error };
  const { confirmed, pending } = subscribers;
  return confirmed === 0 ? { topic, arn, kind: 'nobody', pending } : undefined;
}

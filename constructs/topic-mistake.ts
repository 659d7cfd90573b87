import { partitionOf } from './partition';
import type { TopicChoice } from './topics';

/**
 * Returns what is allowed in place of a topic that a control plane of that region cannot use: CloudWatch, Lambda and SNS
 * take topics of their own region alone. Undefined for one that it can.
 */
export function topicMistake(choice: TopicChoice, region: string): string | undefined {
  const [, partition, , regionOfTopic] = choice.split(':');
  if (choice === 'create' || (partition === partitionOf(region) && regionOfTopic === region))
    return undefined;
  return `a topic of the control plane's own region, arn:${partitionOf(region)}:sns:${region}:…`;
}

/** Defines the choices for a topic, and their consequences. */
import * as z from 'zod/mini';
import type { TopicName } from '../handlers/contract/contract';
import { added, type ConsequenceOf, harm, isRemoved } from '../handlers/contract/settings/consequence';
import { list, text } from '../handlers/contract/settings/settings';
import { partitionOf } from './names';

const TOPIC_ALLOWED =
  'create, { subscribers: […] } to create it with subscribers, or the ARN of an SNS topic; {region} stands for the region';
const subscriber = text(
  /^(?:[^\s@$%*?{}]+@[^\s@$%*?{}]+|(?:https:\/\/|arn:aws[a-z-]*:(?:sqs|lambda):)(?:[^\s$%*{}]|\{region\})+)$/,
  'a mail address, an https:// URL, or the ARN of an SQS queue or a Lambda function',
);
/** Schema of the choice of a topic. */
export const topic = z.union(
  [
    text(/^(create|arn:aws[a-z-]*:sns:(?:[^\s$%*?{}]|\{region\})+)$/, TOPIC_ALLOWED),
    z.strictObject({
      /** The subscribers. Mail addresses and web servers have to confirm a subscription. */
      subscribers: list(
        subscriber,
        'a list of mail addresses, https:// URLs, and ARNs of SQS queues or Lambda functions',
      ),
    }),
  ],
  { error: TOPIC_ALLOWED },
);

/** The subscribers of a topic that the stack makes. */
export interface SubscribedTopic {
  /**
   * Mail addresses, `https://` URLs, and ARNs of SQS queues and Lambda functions, whose own policies must allow SNS. A mail
   * address confirms with the link in the message that it receives, a web server by answering SNS, each within 48 hours. Until
   * then, one that was taken out of the list can still confirm.
   */
  readonly subscribers: readonly string[];
}

/** `create` or subscribers for a topic that the stack makes, or the ARN of an existing one. @default none: nothing is sent */
export type TopicChoice = 'create' | SubscribedTopic | (string & {});
/** The topics: `dns` asks the DNS team for records, `result` reports how each change ended, and `audit` reports findings. */
export type TopicChoices = { readonly [name in TopicName]?: TopicChoice };

/** Whether the stack makes a topic. */
export const isMade = (choice: TopicChoice | undefined): choice is 'create' | SubscribedTopic =>
  choice === 'create' || typeof choice === 'object';

/** Returns the subscribers of a choice of a topic. */
export const subscribersOf = (choice: TopicChoice | undefined): readonly string[] =>
  typeof choice === 'object' ? choice.subscribers : [];

/** What a change of the choice of a topic means. */
export const TOPIC_CONSEQUENCE: ConsequenceOf<TopicChoice> = [
  harm('TOPIC_REMOVED', isRemoved),
  harm('TOPIC_OF_OTHERS', ({ after }) => after !== undefined && !isMade(after)),
  harm(
    'SUBSCRIBERS_ADDED',
    ({ before, after }) => added(subscribersOf(before), subscribersOf(after)).length > 0,
  ),
  harm(
    'SUBSCRIBERS_REMOVED',
    ({ before, after }) =>
      after !== undefined && added(subscribersOf(after), subscribersOf(before)).length > 0,
  ),
];

/** Returns the protocol by which SNS reaches an endpoint. */
export function protocolOf(endpoint: string): string {
  if (endpoint.startsWith('https://')) return 'https';
  return endpoint.startsWith('arn:') ? endpoint.split(':')[2]! : 'email';
}

/** Checks whether a control plane can use a topic: CloudWatch, Lambda and SNS accept only topics of their own region. */
export function isTopicOf(region: string, choice: TopicChoice): boolean {
  if (isMade(choice)) return true;
  const [, partition, , regionOfTopic] = choice.split(':');
  return partition === partitionOf(region) && regionOfTopic === region;
}

import { TOPICS, type TopicName } from '../handlers/contract/contract';

export { TOPICS, type TopicName };

/** The subscribers of a topic that the stack makes. */
export interface SubscribedTopic {
  /**
   * Mail addresses, `https://` URLs, and ARNs of SQS queues and Lambda functions, whose own policies must allow SNS. A mail
   * address confirms with the link in the mail that it receives, a web server by answering SNS.
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

/** Returns the protocol by which SNS reaches an endpoint. */
export function protocolOf(endpoint: string): string {
  if (endpoint.startsWith('https://')) return 'https';
  return endpoint.startsWith('arn:') ? endpoint.split(':')[2]! : 'email';
}

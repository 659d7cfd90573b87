import {
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
} from '@aws-sdk/client-sns';
import type { Notice } from '../words/notice-layout';
import type { Subscribers } from '../words/topics';
import type { Call } from './aws-error';
import type { Clients } from './clients';

/** SNS, as far as this project needs it. */
export interface Topics {
  publish(topicArn: string, notice: Notice): Promise<void>;
  subscribers(topicArn: string): Promise<Subscribers>;
  /** Lists the subscriptions; `null` if there are too many of them. */
  subscriptions(topicArn: string): Promise<readonly TopicSubscription[] | null>;
}

export interface TopicSubscription {
  readonly endpoint: string;
  readonly confirmed: boolean;
}

/** Pages of a hundred subscriptions that are read. */
const MOST_PAGES = 10;

/** The call that publishes to a topic. */
export const publishing = (topicArn: string): Call => ({ action: 'sns:Publish', resource: topicArn });

/** The call that counts the subscribers of a topic. */
export const counting = (topicArn: string): Call => ({
  action: 'sns:GetTopicAttributes',
  resource: topicArn,
});

/** The call that lists the subscriptions of a topic. */
export const listingReaders = (topicArn: string): Call => ({
  action: 'sns:ListSubscriptionsByTopic',
  resource: topicArn,
});

/** Makes the calls with the clients of the function's region. Errors are the SDK's. */
export function topics({ sns: client }: Pick<Clients, 'sns'>): Topics {
  return {
    async publish(topicArn, { subject, message }) {
      const Subject = subject.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 99);
      await client.send(new PublishCommand({ TopicArn: topicArn, Subject, Message: message }));
    },
    async subscribers(topicArn) {
      const { Attributes = {} } = await client.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
      const count = (name: string): number => Number(Attributes[name] ?? 0);
      return { confirmed: count('SubscriptionsConfirmed'), pending: count('SubscriptionsPending') };
    },
    async subscriptions(topicArn) {
      const found: TopicSubscription[] = [];
      let next: string | undefined;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const command = new ListSubscriptionsByTopicCommand({ TopicArn: topicArn, NextToken: next });
        const { Subscriptions = [], NextToken } = await client.send(command);
        // SNS lists one that was removed for some time, without its ARN.
        for (const { SubscriptionArn: arn, Endpoint: endpoint = '' } of Subscriptions)
          if (arn !== 'Deleted') found.push({ endpoint, confirmed: arn !== 'PendingConfirmation' });
        if (NextToken === undefined) return found;
        next = NextToken;
      }
      return null;
    },
  };
}

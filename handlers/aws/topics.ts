import { GetTopicAttributesCommand, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Notice, Subscribers } from '../facts/notices';

/** SNS, as far as this project needs it. */
export interface Topics {
  publish(topicArn: string, notice: Notice): Promise<void>;
  subscribers(topicArn: string): Promise<Subscribers>;
}

/** Makes the calls with a client. Errors are the SDK's. */
export function topics(client: Pick<SNSClient, 'send'>): Topics {
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
  };
}

import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Notice } from '../facts/notices';

/** SNS, as far as this project needs it. */
export interface Topics {
  publish(topicArn: string, notice: Notice): Promise<void>;
}

/** Makes the calls with a client. Errors are the SDK's. */
export function topics(client: Pick<SNSClient, 'send'>): Topics {
  return {
    async publish(topicArn, { subject, message }) {
      const Subject = subject.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 99);
      await client.send(new PublishCommand({ TopicArn: topicArn, Subject, Message: message }));
    },
  };
}

import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';

export interface Notice {
  /** ASCII, under 100 characters, one line: SNS refuses others. */
  readonly subject: string;
  /** Plain text. */
  readonly message: string;
}

/** SNS, as far as this project needs it. Errors are the SDK's. */
export interface Topics {
  publish(topicArn: string, notice: Notice): Promise<void>;
}

export function topics(client: Pick<SNSClient, 'send'>): Topics {
  return {
    async publish(topicArn, { subject, message }) {
      await client.send(
        new PublishCommand({ TopicArn: topicArn, Subject: asciiSubject(subject), Message: message }),
      );
    },
  };
}

const asciiSubject = (subject: string): string => subject.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 99);

/** Formats the readers of the topics. */
import type { TestAnswer } from '../../handlers/notices/topics';
import { TOPIC_WORDS } from '../../handlers/words/topics';
import type { RegionTopic } from '../facts/topics';
import { counted } from './format';

/** Formats that nobody reads a topic, and how to subscribe an address to it. */
export function unreadWords({ topic, arn, region, pending }: RegionTopic): string {
  const name = arn.split(':').at(-1)!;
  const waiting =
    pending === 0
      ? `Name subscribers in control.topics.${topic} of the list and deploy the control stack, or run:`
      : `${counted(pending, 'subscription')} ${pending === 1 ? 'is' : 'are'} not confirmed: click the link in the mail that AWS sent to the address. To subscribe another one, run:`;
  return (
    `No confirmed subscriber reads the topic ${name} in ${region}: ${TOPIC_WORDS[topic].unread}. ${waiting}\n` +
    `  aws sns subscribe --region ${region} --topic-arn ${arn} --protocol email --notification-endpoint ADDRESS`
  );
}

/** Formats the result of the test notice to a topic. */
export function testWords({ topic, subscribers, notice, error }: TestAnswer['topics'][number]): string {
  if (!notice.sent) return `topic ${topic}: the test notice was not sent: ${notice.error ?? notice.reason}`;
  if (subscribers === undefined)
    return `topic ${topic}: the test notice was sent; its readers are not known: ${error}`;
  return `topic ${topic}: the test notice was sent to ${counted(subscribers.confirmed, 'confirmed subscriber')}`;
}

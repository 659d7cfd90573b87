/** Formats the readers of the topics. */
import type { TestAnswer } from '../../handlers/notices/topics';
import { counted } from '../../handlers/words/counted';
import { TOPIC_WORDS, type TopicName } from '../../handlers/words/topics';
import { controlStackId } from '../../list/domain-list';
import { several } from './format';

/** A topic of which it is not known that somebody reads it, or that somebody may join whom the list does not name. */
export interface RegionTopic {
  readonly region: string;
  /** `null` for all topics of a region whose function has not answered. */
  readonly topic: TopicName | null;
  readonly arn: string | null;
  /** `gone`: there is no such topic any more. */
  readonly readers: 'some' | 'none' | 'gone' | 'unknown';
  /** Subscriptions that have not been confirmed. */
  readonly pending: number;
  /** Their endpoints, as far as they are known. */
  readonly unconfirmed: readonly string[];
  /** Those that the list does not name. */
  readonly unlisted: readonly string[];
  /** Reason why the readers are not known. */
  readonly error?: string;
}

/** Formats the topics that nobody is known to read as a table, with one command that subscribes an address. */
export function topicsWords(topics: readonly RegionTopic[]): string {
  const unheard = topics.filter(({ readers }) => readers !== 'some');
  const rows = unheard.map(
    (each) => [each.arn ?? `all topics of ${each.region}`, readersWords(each)] as const,
  );
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  const lines = rows.map(([name, readers]) => `  ${name.padEnd(width)}  ${readers}`);
  const table =
    lines.length === 0 ? [] : [['Not every notice is known to have a reader:', ...lines].join('\n')];
  return [...table, ...stepsFor(unheard), ...unlistedLines(topics), ...commandFor(unheard)].join('\n');
}

function readersWords({ topic, readers, pending, unconfirmed, error }: RegionTopic): string {
  if (topic === null || readers === 'unknown') return `readers not known: ${error}`;
  const { unread } = TOPIC_WORDS[topic];
  if (readers === 'gone') return `the topic is gone: ${unread}`;
  if (pending === 0) return `nobody: ${unread}`;
  const names = unconfirmed.length > 0 ? several(unconfirmed) : counted(pending, 'subscription');
  return `nobody yet (not confirmed: ${names}): ${unread}`;
}

function stepsFor(topics: readonly RegionTopic[]): string[] {
  const gone = topics.filter(({ readers }) => readers === 'gone');
  const stacks = [...new Set(gone.map(({ region }) => controlStackId(region)))];
  const waits = topics.some(({ readers, pending }) => readers === 'none' && pending > 0);
  return [
    ...(waits
      ? [
          'Subscribers who have not confirmed have to click the link in the message from AWS within 48 hours. After that, a deploy asks those in the list again.',
        ]
      : []),
    ...(gone.length > 0
      ? [`A topic that the stack made is made again by \`byodkim deploy ${stacks.join(' ')}\`.`]
      : []),
  ];
}

/** Formats the subscriptions that can still be confirmed, although the list does not name them. */
const unlistedLines = (topics: readonly RegionTopic[]): string[] =>
  topics
    .filter(({ unlisted }) => unlisted.length > 0)
    .map(
      ({ arn, unlisted }) =>
        `The list does not name ${several(unlisted)}, but for 48 hours after the request, anybody who has AWS's message can still confirm and then receives every notice of ${arn}.`,
    );

function commandFor(topics: readonly RegionTopic[]): string[] {
  const there = topics.filter(({ readers }) => readers === 'none');
  if (there.length === 0) return [];
  const only = (values: readonly (string | null)[], name: string): string =>
    (new Set(values).size === 1 && values[0]) || name;
  const region = only(
    there.map((each) => each.region),
    'REGION',
  );
  const arn = only(
    there.map((each) => each.arn),
    'TOPIC',
  );
  return [
    'To subscribe an address, name it in control.topics of the list and deploy the control stack, or run:',
    `  aws sns subscribe --region ${region} --topic-arn ${arn} --protocol email --notification-endpoint ADDRESS`,
  ];
}

/** Formats the result of the test notice to a topic. */
export function testWords({ topic, subscribers, notice, error }: TestAnswer['topics'][number]): string {
  if (!notice.sent) return `topic ${topic}: the test notice was not sent: ${notice.error ?? notice.reason}`;
  if (subscribers === undefined)
    return `topic ${topic}: the test notice was sent; its readers are not known: ${error}`;
  return `topic ${topic}: the test notice was sent to ${counted(subscribers.confirmed, 'confirmed subscriber')}`;
}

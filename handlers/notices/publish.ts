import { isAwsError } from '../aws/aws-error';
import { type BusEvent, DEFAULT_BUS } from '../aws/events';
import type { Services } from '../aws/services';
import { counting, listingReaders, publishing, type TopicSubscription } from '../aws/topics';
import { KEPT_MS, NOTICE } from '../budgets';
import { topicSetting } from '../contract/contract';
import { ByodkimError } from '../errors/errors';
import { sanitize } from '../errors/redact';
import { forMail, oneLine } from '../escape';
import { coded } from '../ledger/results';
import { CUT_OFF, type Notice } from '../words/notice-layout';
import { describeNotSent, type NotSent } from '../words/results';
import type { SubscriberCount, Subscribers, TopicName } from '../words/topics';
import type { World } from '../world';

/** Result of sending a notice, which is part of the answer to its request. */
export interface NoticeOutcome {
  readonly sent: boolean;
  /** Subscribers that receive the notice to the DNS team. Absent for other notices, and if SNS does not return them. */
  readonly subscribers?: Subscribers;
  /** Reason why it was intentionally not sent, as a code, as facts and in words. */
  readonly code?: string;
  readonly facts?: NotSent;
  readonly reason?: string;
  /** Reason why it could not be sent. */
  readonly error?: string;
}

/** Returns the result of a notice that was intentionally not sent. */
export const notSent = (why: NotSent): NoticeOutcome => ({
  sent: false,
  ...coded(why),
  reason: describeNotSent(why),
});

/** Publishes, redacted. @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED (no answer in time as well) */
const publish = (world: World, { topics }: Services, topicArn: string, notice: Notice): Promise<void> =>
  inTime(world, publishing(topicArn), () => topics.publish(topicArn, asMail(world, notice)));

/** Makes a call within its time, since a notice must not endanger the change that it reports. */
async function inTime<T>(
  world: World,
  called: { readonly action: string; readonly resource: string },
  call: () => Promise<T>,
): Promise<T> {
  const limitMs = Math.min(NOTICE.longestMs, world.remainingMs() - KEPT_MS.answer);
  const seconds = limitMs <= 0 ? undefined : limitMs / 1000;
  const late = new ByodkimError('DEPENDENCY_FAILED', { kind: 'late', ...called, seconds });
  if (seconds === undefined) throw late;
  const timeout = new AbortController();
  const timeUp = world.clock.limit(limitMs, timeout.signal).then(() => Promise.reject(late));
  try {
    return await Promise.race([call(), timeUp]);
  } finally {
    timeout.abort();
  }
}

/** Redacts secrets, and breaks links in text from outside. Only the contact may be a link. */
export function asMail({ redactor }: Pick<World, 'redactor'>, notice: Notice): Notice {
  const { subject, message, contact } = redactor.redactValue(notice);
  return { subject: oneLine(subject), message: cut(withContact(message, contact)) };
}

/** Escapes everything except the last place that names the contact, so that no other text can avoid being escaped. */
function withContact(message: string, contact: string | undefined): string {
  const at = contact === undefined ? -1 : message.lastIndexOf(contact);
  if (contact === undefined || at < 0) return forMail(message);
  return forMail(message.slice(0, at)) + contact + forMail(message.slice(at + contact.length));
}

/** SNS accepts 256 KiB, and escaping may make a text longer than that. */
const MOST_BYTES = 262_144;

function cut(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MOST_BYTES) return text;
  return bytes.subarray(0, MOST_BYTES - 2 * Buffer.byteLength(CUT_OFF)).toString() + CUT_OFF;
}

/** Makes a call; a failure is logged and returned, since it does not undo the change. */
async function failureOf(
  call: () => Promise<void>,
  log: (error: string) => void,
): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    log(message);
    return message;
  }
}

/**
 * The audience of a notice. `unread` is for a result that no caller reads, and `on-request` for the DNS team if
 * somebody asked for the notice.
 */
export type Audience = 'results' | 'unread' | 'operators' | 'dns-team' | 'on-request';

/** The topics of an audience, and the handling of a failure. */
interface Channel {
  /** The first of these topics that is set gets the notices. */
  readonly topics: readonly TopicName[];
  /** Whether the notice is the whole request, so that a failure is thrown. @default a failure is logged and returned */
  readonly throws?: true;
  /** The caller who asked for the notice must know whether anybody receives it. */
  readonly counts?: true;
}

const CHANNELS: Readonly<Record<Audience, Channel>> = {
  results: { topics: ['result'] },
  unread: { topics: ['result', 'audit'] },
  operators: { topics: ['audit'] },
  'dns-team': { topics: ['dns'], counts: true },
  'on-request': { topics: ['dns'], counts: true, throws: true },
};

/** The audience of each topic. */
export const AUDIENCES: Readonly<Record<TopicName, Audience>> = {
  dns: 'dns-team',
  result: 'results',
  audit: 'operators',
};

/** Returns the ARN of an audience's topic; empty if it has none. */
export function topicOf({ environment }: World, audience: Audience): string {
  const arns = CHANNELS[audience].topics.map((topic) => environment[topicSetting(topic)]);
  return arns.find((arn) => arn !== '') ?? '';
}

/** Checks whether an audience has a topic. */
export const hasTopic = (world: World, audience: Audience): boolean => topicOf(world, audience) !== '';

/** Returns the number of a topic's confirmed subscribers. */
export async function countSubscribers(
  world: World,
  { topics }: Services,
  topicArn: string,
): Promise<SubscriberCount> {
  try {
    return { subscribers: await inTime(world, counting(topicArn), () => topics.subscribers(topicArn)) };
  } catch (error) {
    const isGone = isAwsError(error, 'NotFound', 'NotFoundException');
    return { error: (error as Error).message, ...(isGone && { isGone }) };
  }
}

/** Returns the subscriptions of a topic; undefined if SNS does not return them all. */
export const subscriptionsOf = (
  world: World,
  { topics }: Services,
  topicArn: string,
): Promise<readonly TopicSubscription[] | undefined> =>
  inTime(world, listingReaders(topicArn), () => topics.subscriptions(topicArn)).then(
    (found) => found ?? undefined,
    () => undefined,
  );

/** Notifies an audience. @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED if its channel throws failures */
export async function notify(
  world: World,
  services: Services,
  audience: Audience,
  notice: Notice,
): Promise<NoticeOutcome> {
  const { topics, throws, counts } = CHANNELS[audience];
  const topicArn = topicOf(world, audience);
  if (topicArn === '') return notSent({ kind: 'no-topic', topics });
  const send = () => publish(world, services, topicArn, notice);
  const log = (error: string) =>
    world.log.warn('notice-not-sent', { topicArn, subject: notice.subject, error });
  if (throws) await send();
  const error = throws ? undefined : await failureOf(send, log);
  if (error !== undefined) return { sent: false, error };
  if (!counts) return { sent: true };
  const { subscribers } = await countSubscribers(world, services, topicArn);
  return { sent: true, ...(subscribers && { subscribers }) };
}

/** Checks whether a notice was sent, and somebody receives it as far as SNS has said. */
export const isHeard = ({ sent, subscribers }: NoticeOutcome): boolean =>
  sent && subscribers?.confirmed !== 0;

/** Puts events on the default bus of EventBridge. @returns a failure */
export async function putEvents(
  world: World,
  { events }: Services,
  all: readonly BusEvent[],
): Promise<string | undefined> {
  if (all.length === 0) return undefined;
  const call = { action: 'events:PutEvents', resource: DEFAULT_BUS };
  const clean = all.map((event) => ({ ...event, detail: sanitize(world.redactor, event.detail) }));
  return failureOf(
    () => inTime(world, call, () => events.put(clean)),
    (error) => world.log.warn('events-not-put', { count: all.length, error }),
  );
}

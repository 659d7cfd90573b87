/** Finds the effects of a changed list on mail, keys and notices, which a person must approve whatever the state in DNS. */
import { TOPICS, type TopicName } from '../../handlers/facts/topics';
import type { ListedDomain } from '../../list/domain-list';
import { added, type ChangedSetting } from '../facts/changes';
import type { Harm, HarmFacts } from '../facts/harms';
import { grouped } from '../words/format';
import { type DomainChange, entryOf, type ListChanges } from './changes';
import type { ReviewedDomain } from './markdown';

/** Returns the effects of a list's changes that DNS does not show. */
export const harmsOf = (
  domains: readonly Pick<ReviewedDomain, 'change' | 'meaning'>[],
  { settings }: Pick<ListChanges, 'settings'>,
): Harm[] => [
  ...(settings.some(({ path }) => path.startsWith('backend.')) ? [STATE_MOVES] : []),
  ...settings.flatMap(harmOfSetting),
  ...harmsOfEntries(domains),
  ...sendersRemoved(domains.map(({ change }) => change)),
];

const STATE_MOVES: Harm = { code: 'STATE_MOVES', facts: {} };

const TOPIC = new RegExp(`^control\\.topics\\.(${TOPICS.join('|')})(\\.subscribers)?$`);

function harmOfSetting({ path, before, after }: ChangedSetting): Harm[] {
  if (path === 'control.keyStore.protect' && after === false)
    return [{ code: 'KEYS_UNPROTECTED', facts: {} }];
  const [, name, isOfSubscribers] = TOPIC.exec(path) ?? [];
  if (name === undefined || before === undefined) return [];
  const topic = name as TopicName;
  const isMade = !/^arn:/.test(String(before));
  if (after === undefined) return [{ code: 'TOPIC_REMOVED', facts: { topic, isMade } }];
  const subscribers = (isOfSubscribers ? added(after, before) : []).map(String);
  return subscribers.length === 0 ? [] : [{ code: 'SUBSCRIBERS_REMOVED', facts: { topic, subscribers } }];
}

/** A harm that several entries may share. */
type OfEntries = {
  [Code in keyof HarmFacts]: 'stacks' extends keyof HarmFacts[Code]
    ? keyof HarmFacts[Code] extends 'stacks'
      ? Code
      : never
    : never;
}[keyof HarmFacts];

const OF_ENTRIES: {
  readonly [Code in OfEntries]: (domain: Pick<ReviewedDomain, 'change' | 'meaning'>) => boolean;
} = {
  MAIL_FROM_REMOVED: ({ change }) =>
    change.kind === 'changed' && change.before.mailFrom !== undefined && change.after.mailFrom === undefined,
  FEEDBACK_OFF: ({ change }) =>
    change.kind !== 'removed' &&
    change.after.feedbackForwarding === false &&
    !(change.kind === 'changed' && change.before.feedbackForwarding === false),
  CONFIGURATION_SET_LEFT: ({ change }) =>
    change.kind === 'changed' &&
    change.before.configurationSetName !== undefined &&
    change.before.configurationSetName !== change.after.configurationSetName,
  ENTRIES_LEFT: ({ meaning }) => meaning.effect.code === 'REMOVED',
};

const harmsOfEntries = (domains: readonly Pick<ReviewedDomain, 'change' | 'meaning'>[]): Harm[] =>
  (Object.keys(OF_ENTRIES) as OfEntries[]).flatMap((code) => {
    const stacks = domains
      .filter((each) => OF_ENTRIES[code](each))
      .map(({ change }) => entryOf(change).stack);
    return stacks.length === 0 ? [] : [{ code, facts: { stacks } }];
  });

/** Returns the senders that lose their permission, once for all entries that lose the same. */
function sendersRemoved(changes: readonly DomainChange[]): Harm[] {
  const lost = changes.flatMap((change) => {
    if (change.kind !== 'changed') return [];
    const kept = sendersOf(change.after);
    const senders = sendersOf(change.before).filter((each) => !kept.includes(each));
    return senders.length === 0 ? [] : [[senders.join(), { stack: change.after.stack, senders }] as const];
  });
  return [...grouped(lost).values()].map((alike) => ({
    code: 'SENDERS_REMOVED',
    facts: { stacks: alike.map(({ stack }) => stack), senders: alike[0]!.senders },
  }));
}

const sendersOf = ({ sendEmailRoles = [], senders = {} }: ListedDomain): string[] => [
  ...sendEmailRoles,
  ...(senders.accounts ?? []),
  ...[senders.organization ?? []].flat(),
];

/** Finds the effects of a changed list on mail, keys and notices, which a person must approve whatever the state in DNS. */

import { isMade, subscribersOf, type TopicChoice } from '../../constructs/topic-choices';
import {
  added,
  type Change,
  type ControlHarm,
  type DomainHarm,
} from '../../handlers/contract/settings/consequence';
import type { TopicName } from '../../handlers/words/topics';
import type { ListedDomain } from '../../list/domain-list';
import { grouped } from '../grouping';
import type { ChangedSetting } from '../words/changes';
import type { Harm, HarmFacts } from '../words/harms';
import { type DomainChange, entryOf, type ListChanges } from './changes';
import { changedRows, rowOf } from './consequence';
import type { ReviewedDomain } from './markdown';

/** Returns the effects of a list's changes that DNS does not show. */
export const harmsOf = (
  domains: readonly Pick<ReviewedDomain, 'change' | 'meaning'>[],
  { settings }: Pick<ListChanges, 'settings'>,
): Harm[] => [
  // Several settings may have one effect: those of the state.
  ...new Map(settings.flatMap(harmsOfSetting).map((each) => [JSON.stringify(each), each])).values(),
  ...harmsOfEntries(domains),
  ...sendersRemoved(domains.map(({ change }) => change)),
];

const gained = ({ before, after }: Change): string[] => added(before, after).map(String);
const subscribers = (change: Change): Change => ({
  before: subscribersOf(change.before as TopicChoice),
  after: subscribersOf(change.after as TopicChoice),
});

const FACTS: { readonly [Code in ControlHarm]: (change: Change, topic: TopicName) => HarmFacts[Code] } = {
  STATE_MOVES: () => ({}),
  ROLE: ({ after }) => ({ role: after === undefined ? null : String(after) }),
  KEYS_READ_ELSEWHERE: (change) => ({ places: gained(change) }),
  READERS_ADDED: (change) => ({ principals: gained(change) }),
  WRITERS_ADDED: (change) => ({ principals: gained(change) }),
  KEYS_UNPROTECTED: () => ({}),
  TOPIC_REMOVED: ({ before }, topic) => ({ topic, isMade: isMade(before as TopicChoice) }),
  TOPIC_OF_OTHERS: ({ after }, topic) => ({ topic, arn: String(after) }),
  SUBSCRIBERS_ADDED: (change, topic) => ({ topic, subscribers: gained(subscribers(change)) }),
  SUBSCRIBERS_REMOVED: (change, topic) => {
    const { before, after } = subscribers(change);
    return { topic, subscribers: gained({ before: after, after: before }) };
  },
};

const isOfControl = (code: string): code is ControlHarm => code in FACTS;

function harmsOfSetting(setting: ChangedSetting): Harm[] {
  const row = rowOf(setting);
  if (row === undefined) return [];
  const topic = row.path.split('.').at(-1) as TopicName;
  const codes = row.effects.map(({ code }) => code).filter(isOfControl);
  return codes.map((code) => ({ code, facts: FACTS[code](row, topic) }) as Harm);
}

/** A harm that several entries may share. */
type OfEntries = Exclude<DomainHarm, 'SENDERS_REMOVED'> | 'ENTRIES_LEFT';

function harmsOfEntries(domains: readonly Pick<ReviewedDomain, 'change' | 'meaning'>[]): Harm[] {
  const found = domains.flatMap(({ change, meaning }) => {
    const { stack } = entryOf(change);
    const left = meaning.effect.code === 'REMOVED' ? (['ENTRIES_LEFT'] as const) : [];
    const codes = [...harmsOfRows(change).filter((code) => code !== 'SENDERS_REMOVED'), ...left];
    return codes.map((code) => [code, stack] as const);
  });
  return [...grouped<OfEntries, string>(found)].map(([code, stacks]) => ({ code, facts: { stacks } }));
}

/** Returns the harms of an entry's changed settings. */
const harmsOfRows = (change: DomainChange): DomainHarm[] =>
  change.kind === 'removed'
    ? []
    : changedRows(change.kind === 'changed' ? change.before : {}, change.after).flatMap(({ effects }) =>
        // No row of a domain has the harms of the whole list.
        effects.flatMap(({ level, code }) => (level === 'harm' ? (code as DomainHarm) : [])),
      );

/** Returns the senders that lose their permission, once for all entries that lose the same. */
function sendersRemoved(changes: readonly DomainChange[]): Harm[] {
  const lost = changes.flatMap((change) => {
    if (change.kind !== 'changed' || !harmsOfRows(change).includes('SENDERS_REMOVED')) return [];
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

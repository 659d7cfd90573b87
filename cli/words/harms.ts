/** Formats the effects of a changed list on mail, keys and notices, as sentences in Markdown. */
import { TOPIC_WORDS, type TopicName } from '../../handlers/words/topics';
import { type Coded, type FactsIn, wordsBy } from './coded';
import { capitalized, several } from './format';

interface OfEntries {
  readonly stacks: readonly string[];
}

/** Effects of a change of the list on mail, keys or notices that DNS does not show, by code. */
const HARMS = {
  /** The list no longer makes or names the topic. `isMade` if the deploy deletes it, with its subscriptions and alarms. */
  TOPIC_REMOVED: ({ topic, isMade }: { topic: TopicName; isMade: boolean }) => {
    const parts = topic === 'audit' ? 'its subscriptions and all alarms' : 'its subscriptions';
    const what = isMade
      ? `the deploy deletes the topic ${topic} with ${parts}`
      : `the topic ${topic} is not used any more`;
    return `${capitalized(TOPIC_WORDS[topic].unread)}: ${what}.`;
  },
  SUBSCRIBERS_REMOVED: ({ topic, subscribers }: { topic: TopicName; subscribers: readonly string[] }) =>
    `${several(subscribers)} no longer ${subscribers.length === 1 ? 'gets' : 'get'} the notices of the topic ${topic}.`,
  SUBSCRIBERS_ADDED: ({ topic, subscribers }: { topic: TopicName; subscribers: readonly string[] }) =>
    `${several(subscribers)} ${subscribers.length === 1 ? 'gets' : 'get'} the notices of the topic ${topic} from the deploy on.`,
  /** Notices go to a topic that the list does not make. */
  TOPIC_OF_OTHERS: ({ topic, arn }: { topic: TopicName; arn: string }) =>
    `Notices of the topic ${topic} go to ${arn}, and its owner decides who reads them.`,
  READERS_ADDED: ({ principals }: { principals: readonly string[] }) =>
    `${several(principals)} can read private keys from the deploy on, and so can sign as any domain.`,
  WRITERS_ADDED: ({ principals }: { principals: readonly string[] }) =>
    `${several(principals)} can store private keys from the deploy on, and so can sign as any domain whose keys the function does not make.`,
  /** The function also reads keys in these places, as `bucket/prefix`. */
  KEYS_READ_ELSEWHERE: ({ places }: { places: readonly string[] }) =>
    `The function reads private keys in ${several(places)} from the deploy on: everyone who may write there can replace them.`,
  /** Deploys work as this role; `null`: as the machine's own. */
  ROLE: ({ role }: { role: string | null }) =>
    role === null
      ? 'Deploys no longer take on a role: they work with the permissions, and in the account, of the machine.'
      : `Every deploy works as the role ${role}, in its account.`,
  /** The state is kept in another place, which other people may be able to write. */
  STATE_MOVES: () =>
    'The state of the stacks is kept in another place: whoever may write there decides what a deploy deletes and makes.',
  /** A deploy or a destroy may delete the bucket and the function. */
  KEYS_UNPROTECTED: () =>
    'Nothing protects the private keys, the function and armed rollbacks any more: a later deploy or destroy may delete them.',
  /** The function no longer refuses keys of the domains that it has not made. */
  KEYS_NOT_MADE_HERE: ({ stacks }: OfEntries) =>
    `The function no longer refuses keys of ${several(stacks)} that it has not made: whoever can store a key for them can sign as them.`,
  MAIL_FROM_REMOVED: ({ stacks }: OfEntries) =>
    `Mail of ${several(stacks)} loses its own return address: SPF no longer counts for DMARC, so mail passes DMARC only by its DKIM signature.`,
  FEEDBACK_OFF: ({ stacks }: OfEntries) =>
    `SES no longer mails bounces and complaints of ${several(stacks)}: nobody hears of them, unless a topic or a configuration set publishes them.`,
  /** Roles, accounts or an organisation that may no longer send mail as the domains. */
  SENDERS_REMOVED: ({ stacks, senders }: OfEntries & { senders: readonly string[] }) =>
    `${several(senders)} may no longer send mail as ${several(stacks)}: AWS refuses it from the deploy on.`,
  /** The configuration set is removed, or another takes its place. */
  CONFIGURATION_SET_LEFT: ({ stacks }: OfEntries) =>
    `Mail of ${several(stacks)} leaves its configuration set, which no longer gets its bounces and complaints, and AWS refuses mail of ` +
    '`sendEmailRoles` that still names that set.',
  /** Deployed entries that are taken out of the list. */
  ENTRIES_LEFT: ({ stacks }: OfEntries) =>
    `SES continues to sign for ${several(stacks)}, and no deploy, review or status sees ${stacks.length === 1 ? 'it' : 'them'} any more. ` +
    'To roll back, destroy first.',
};

export type HarmFacts = FactsIn<typeof HARMS>;
export type Harm = Coded<HarmFacts>;

/** Formats one harm. */
export const harmWords = wordsBy(HARMS);

/** Formats the verdict on a harmful list; `dns` has the records to prove in DNS. */
export const harmfulWords = (harms: readonly string[], dns: string): string =>
  `**Decide this first, whatever DNS says:** ${harms.join(' ')}\n\n${dns}`;

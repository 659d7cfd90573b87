/** Formats the effects of a changed list on mail, keys and notices, as sentences in Markdown. */
import { TOPIC_WORDS, type TopicName } from '../../handlers/words/topics';
import type { Coded } from './coded';
import { capitalized, several } from './format';

interface OfEntries {
  readonly stacks: readonly string[];
}

/** Effects of a change of the list on mail, keys or notices that DNS does not show, by code. */
export interface HarmFacts {
  /** The list no longer makes or names the topic. `isMade` if the deploy deletes it, with its subscriptions and alarms. */
  readonly TOPIC_REMOVED: { readonly topic: TopicName; readonly isMade: boolean };
  readonly SUBSCRIBERS_REMOVED: { readonly topic: TopicName; readonly subscribers: readonly string[] };
  readonly SUBSCRIBERS_ADDED: { readonly topic: TopicName; readonly subscribers: readonly string[] };
  /** Notices go to a topic that the list does not make. */
  readonly TOPIC_OF_OTHERS: { readonly topic: TopicName; readonly arn: string };
  readonly READERS_ADDED: { readonly principals: readonly string[] };
  readonly WRITERS_ADDED: { readonly principals: readonly string[] };
  /** The function also reads keys in these places, as `bucket/prefix`. */
  readonly KEYS_READ_ELSEWHERE: { readonly places: readonly string[] };
  /** Deploys work as this role; `null`: as the machine's own. */
  readonly ROLE: { readonly role: string | null };
  /** The state is kept in another place, which other people may be able to write. */
  readonly STATE_MOVES: Record<never, never>;
  /** A deploy or a destroy may delete the bucket and the function. */
  readonly KEYS_UNPROTECTED: Record<never, never>;
  /** The function no longer refuses keys of the domains that it has not made. */
  readonly KEYS_NOT_MADE_HERE: OfEntries;
  readonly MAIL_FROM_REMOVED: OfEntries;
  readonly FEEDBACK_OFF: OfEntries;
  /** Roles, accounts or an organisation that may no longer send mail as the domains. */
  readonly SENDERS_REMOVED: OfEntries & { readonly senders: readonly string[] };
  /** The configuration set is removed, or another takes its place. */
  readonly CONFIGURATION_SET_LEFT: OfEntries;
  /** Deployed entries that are taken out of the list. */
  readonly ENTRIES_LEFT: OfEntries;
}

export type Harm = Coded<HarmFacts>;

const HARMS: { readonly [Code in keyof HarmFacts]: (facts: HarmFacts[Code]) => string } = {
  TOPIC_REMOVED: ({ topic, isMade }) => {
    const parts = topic === 'audit' ? 'its subscriptions and all alarms' : 'its subscriptions';
    const what = isMade
      ? `the deploy deletes the topic ${topic} with ${parts}`
      : `the topic ${topic} is not used any more`;
    return `${capitalized(TOPIC_WORDS[topic].unread)}: ${what}.`;
  },
  SUBSCRIBERS_REMOVED: ({ topic, subscribers }) =>
    `${several(subscribers)} no longer ${subscribers.length === 1 ? 'gets' : 'get'} the notices of the topic ${topic}.`,
  SUBSCRIBERS_ADDED: ({ topic, subscribers }) =>
    `${several(subscribers)} ${subscribers.length === 1 ? 'gets' : 'get'} the notices of the topic ${topic} from the deploy on.`,
  TOPIC_OF_OTHERS: ({ topic, arn }) =>
    `Notices of the topic ${topic} go to ${arn}, and its owner decides who reads them.`,
  READERS_ADDED: ({ principals }) =>
    `${several(principals)} can read private keys from the deploy on, and so can sign as any domain.`,
  WRITERS_ADDED: ({ principals }) =>
    `${several(principals)} can store private keys from the deploy on, and so can sign as any domain whose keys the function does not make.`,
  KEYS_READ_ELSEWHERE: ({ places }) =>
    `The function reads private keys in ${several(places)} from the deploy on: everyone who may write there can replace them.`,
  ROLE: ({ role }) =>
    role === null
      ? 'Deploys no longer take on a role: they work with the permissions, and in the account, of the machine.'
      : `Every deploy works as the role ${role}, in its account.`,
  STATE_MOVES: () =>
    'The state of the stacks is kept in another place: whoever may write there decides what a deploy deletes and makes.',
  KEYS_UNPROTECTED: () =>
    'Nothing protects the private keys, the function and armed rollbacks any more: a later deploy or destroy may delete them.',
  KEYS_NOT_MADE_HERE: ({ stacks }) =>
    `The function no longer refuses keys of ${several(stacks)} that it has not made: whoever can store a key for them can sign as them.`,
  MAIL_FROM_REMOVED: ({ stacks }) =>
    `Mail of ${several(stacks)} loses its own return address: SPF no longer counts for DMARC, so mail passes DMARC only by its DKIM signature.`,
  FEEDBACK_OFF: ({ stacks }) =>
    `SES no longer mails bounces and complaints of ${several(stacks)}: nobody hears of them, unless a topic or a configuration set publishes them.`,
  SENDERS_REMOVED: ({ stacks, senders }) =>
    `${several(senders)} may no longer send mail as ${several(stacks)}: AWS refuses it from the deploy on.`,
  CONFIGURATION_SET_LEFT: ({ stacks }) =>
    `Mail of ${several(stacks)} leaves its configuration set, which no longer gets its bounces and complaints, and AWS refuses mail of ` +
    '`sendEmailRoles` that still names that set.',
  ENTRIES_LEFT: ({ stacks }) =>
    `SES continues to sign for ${several(stacks)}, and no deploy, review or status sees ${stacks.length === 1 ? 'it' : 'them'} any more. ` +
    'To roll back, destroy first.',
};

/** Formats one harm. */
export const harmWords = <Code extends keyof HarmFacts>({ code, facts }: Coded<HarmFacts, Code>): string =>
  HARMS[code](facts);

/** Formats the verdict on a harmful list; `dns` has the records to prove in DNS. */
export const harmfulWords = (harms: readonly string[], dns: string): string =>
  `**Decide this first, whatever DNS says:** ${harms.join(' ')}\n\n${dns}`;

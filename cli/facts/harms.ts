import type { TopicName } from '../../handlers/words/topics';
import type { Coded } from './coded';

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

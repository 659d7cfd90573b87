import type { TopicName } from '../../handlers/facts/topics';
import type { Coded } from './coded';

interface OfEntries {
  readonly stacks: readonly string[];
}

/** What a change of the list does to mail, keys or notices that DNS does not show, by code. */
export interface HarmFacts {
  /** The list makes or names the topic no longer. `isMade`: the deploy deletes it, with its subscriptions and alarms. */
  readonly TOPIC_REMOVED: { readonly topic: TopicName; readonly isMade: boolean };
  readonly SUBSCRIBERS_REMOVED: { readonly topic: TopicName; readonly subscribers: readonly string[] };
  /** A deploy or a destroy may delete the bucket and the function. */
  readonly KEYS_UNPROTECTED: Record<never, never>;
  readonly MAIL_FROM_REMOVED: OfEntries;
  readonly FEEDBACK_OFF: OfEntries;
  /** Entries that are deployed, and leave the list. */
  readonly ENTRIES_LEFT: OfEntries;
}

export type Harm = Coded<HarmFacts>;

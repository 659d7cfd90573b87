import type { TopicName } from '../../handlers/words/topics';

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

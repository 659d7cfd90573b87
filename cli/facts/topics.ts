import type { TopicName } from '../../handlers/facts/topics';

/** A topic that no confirmed subscriber reads. */
export interface RegionTopic {
  readonly topic: TopicName;
  readonly arn: string;
  readonly region: string;
  /** Subscriptions that have not been confirmed. */
  readonly pending: number;
}

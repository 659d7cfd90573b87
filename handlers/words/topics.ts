/** The words of each topic. */

/** Numbers of a topic's subscriptions. */
export interface Subscribers {
  readonly confirmed: number;
  /** Subscriptions that are not confirmed and get nothing. */
  readonly pending: number;
}

/** Number of a topic's subscribers, or the reason why it is not known. */
export interface SubscriberCount {
  readonly subscribers?: Subscribers;
  readonly error?: string;
  /** Whether the topic does not exist any more. */
  readonly isGone?: true;
}

/** A subscription of a topic. */
export interface Subscription {
  /** A name of the endpoint, which is not a web server's whole URL. */
  readonly endpoint: string;
  readonly confirmed: boolean;
}

/** A topic that the function sends to. */
export interface TopicState extends SubscriberCount {
  readonly topic: TopicName;
  readonly arn: string;
  /** Absent if SNS does not return them all, or if they were not asked for. */
  readonly subscriptions?: readonly Subscription[];
}

/** A notice that tests whether a topic reaches anybody. */
export interface TestNotice {
  readonly topic: TopicName;
  readonly arn: string;
  readonly language: 'en' | 'ja';
}

/** The topics, by their names in the list. */
export type TopicName = 'dns' | 'result' | 'audit';

interface TopicRow {
  /** The owner of the topic, as a reason names it. */
  readonly of: string;
  /** Contents of the topic, for its test notice. */
  readonly purpose: string;
  /** Clause about the consequence if nobody reads it. */
  readonly unread: string;
}

export const TOPIC_WORDS: Readonly<Record<TopicName, TopicRow>> = {
  dns: {
    of: 'the DNS team',
    purpose: 'Requests to publish or to remove a DNS record arrive here.',
    unread: 'the DNS team gets no request for a record',
  },
  result: {
    of: 'results',
    purpose: 'The result of each change of a DKIM signature, and each rollback, arrives here.',
    unread: 'nobody hears how a change ended, or that it was rolled back',
  },
  audit: {
    of: 'the operators',
    purpose: 'Findings of the daily audit, failures and alarms arrive here.',
    unread: 'nobody hears of a finding, a failed rollback or an alarm',
  },
};

/** The words of each topic. */
import type { TopicName } from '../facts/topics';

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

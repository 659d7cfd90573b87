/** The words of each topic. */
import type { TopicName } from '../facts/topics';

interface TopicRow {
  /** Whose topic it is, as a reason names it. */
  readonly of: string;
  /** What is sent to it, as its test notice says. */
  readonly purpose: string;
  /** What happens if nobody reads it; a clause. */
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
    purpose: 'How each change of a DKIM signature ended, and each rollback, arrives here.',
    unread: 'nobody hears how a change ended, or that it was rolled back',
  },
  audit: {
    of: 'the operators',
    purpose: 'What the daily audit finds, failures and alarms arrive here.',
    unread: 'nobody hears of a finding, a failed rollback or an alarm',
  },
};

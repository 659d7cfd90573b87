import type { MailFromRecord } from '../contract';
import type { ServerVerdict } from '../dns/outcome';

/** What the gate has seen of a MAIL FROM domain, as data. */
export interface MailFromOutcome {
  readonly ready: boolean;
  /** Absent when ready. */
  readonly code?: 'MAIL_FROM_NOT_READY' | 'MAIL_FROM_INVALID' | 'DNS_LOOKUP_FAILED';
  /** What is the matter, on one line. */
  readonly message: string;
  /** Who has to do what; absent when ready. */
  readonly advice?: string;
  readonly mailFromDomain: string;
  /** Those to publish. */
  readonly records: readonly MailFromRecord[];
  readonly servers: readonly ServerVerdict[];
}

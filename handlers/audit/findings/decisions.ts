import type { FindingCode, Severity } from '../../words/findings';

/** Severities, the worst first. */
export const SEVERITIES = ['urgent', 'unknown', 'act', 'plan'] as const satisfies readonly Severity[];

/** What programs decide by when the audit finds something. */
export interface FindingDecision {
  /** The first is the default. */
  readonly severities: readonly [Severity, ...Severity[]];
  /**
   * Whether a deploy helps. `resolves`: a change that ends has proved key and record, and SES has verified; `tries`: it may
   * help, and the finding stays until an audit has checked; `no help`: `deploy --all` does not plan the domain because of it.
   */
  readonly deploy: 'resolves' | 'tries' | 'no help';
}

/** The decision of each finding. Its sentences are in `words/findings.ts`. */
export const FINDING_DECISIONS: Readonly<Record<FindingCode, FindingDecision>> = {
  IDENTITY_MISSING: { severities: ['urgent'], deploy: 'resolves' },
  DRIFT: { severities: ['urgent'], deploy: 'resolves' },
  SIGNING_OFF: { severities: ['urgent'], deploy: 'resolves' },
  MAY_NOT_SEND: { severities: ['urgent'], deploy: 'resolves' },
  SIGNS_AFTER_ROLLBACK: { severities: ['act', 'urgent'], deploy: 'resolves' },
  NOT_TAGGED: { severities: ['act'], deploy: 'resolves' },
  NOT_VERIFIED: { severities: ['urgent', 'act'], deploy: 'resolves' },
  SIGNING_OVERRIDDEN: { severities: ['act', 'plan'], deploy: 'no help' },
  REGIONS_DIFFER: { severities: ['urgent', 'act'], deploy: 'tries' },
  MAIL_FROM_FAILED: { severities: ['act', 'urgent'], deploy: 'tries' },
  MAIL_FROM_SPF_GONE: { severities: ['act'], deploy: 'resolves' },
  MAIL_FROM_CHANGED: { severities: ['act', 'urgent'], deploy: 'resolves' },
  SENDERS_CHANGED: { severities: ['act'], deploy: 'resolves' },
  SENDER_NOT_LISTED: { severities: ['act'], deploy: 'no help' },
  RECORD_MISSING: { severities: ['urgent'], deploy: 'resolves' },
  RECORD_INVALID: { severities: ['urgent'], deploy: 'resolves' },
  RECORD_OF_OTHER_KEY: { severities: ['urgent'], deploy: 'resolves' },
  DNS_UNKNOWN: { severities: ['unknown'], deploy: 'resolves' },
  RECORD_GONE_TOO_EARLY: { severities: ['act'], deploy: 'tries' },
  ALIAS_CHANGED: { severities: ['act'], deploy: 'resolves' },
  RECORD_MAY_GO: { severities: ['plan'], deploy: 'no help' },
  RECORD_STAYS_TOO_LONG: { severities: ['plan'], deploy: 'no help' },
  REMOVAL_ASKED: { severities: ['act'], deploy: 'no help' },
  REVERT_OVERDUE: { severities: ['urgent'], deploy: 'resolves' },
  UNCONFIRMED: { severities: ['act'], deploy: 'resolves' },
  ROLLBACK_FAILED: { severities: ['urgent'], deploy: 'resolves' },
  ROLLED_BACK: { severities: ['act'], deploy: 'resolves' },
  KEY_MISSING: { severities: ['act'], deploy: 'resolves' },
  KEY_REPLACED: { severities: ['act'], deploy: 'resolves' },
  KEY_NOT_MADE_HERE: { severities: ['act'], deploy: 'no help' },
  KEY_OVERDUE: { severities: ['act'], deploy: 'no help' },
  KEY_DUE: { severities: ['plan'], deploy: 'no help' },
  LAST_FINDINGS_UNREADABLE: { severities: ['act'], deploy: 'resolves' },
  NOT_HEARD: { severities: ['act', 'unknown'], deploy: 'no help' },
  NOT_MANAGED: { severities: ['unknown'], deploy: 'resolves' },
  LEDGER_OUTDATED: { severities: ['unknown'], deploy: 'resolves' },
  LEDGER_PARTS_UNREADABLE: { severities: ['act'], deploy: 'resolves' },
  NOT_CHECKED: { severities: ['unknown'], deploy: 'resolves' },
};

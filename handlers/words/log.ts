/** The sentences of the function's log: a row for each code. */
import type { ErrorCode } from '../facts/errors';
import type { LogCode, LogFacts } from '../facts/log';
import { describeAuditWarning } from './report';
import { describeChangeWarning } from './results';

type Row<Facts> = string | ((facts: Facts) => string);

/** The entry that has the name servers and their answers, as evidence names it. */
export const GATE_ASKED = 'The gate was asked';

export const LOG: { readonly [Code in LogCode]: Row<LogFacts[Code]> } = {
  started: 'Started',
  ended: 'Ended',
  failed: 'Failed',
  'gate-asked': GATE_ASKED,
  'change-failed': 'The change failed; rolling back',
  'rollback-not-recorded': 'The rollback could not be written down',
  'failed-rollback-not-recorded': 'The failed rollback could not be written down',
  'failure-not-recorded': 'The failure could not be noted in the ledger',
  'lease-not-renewed': 'The lease could not be renewed',
  'lease-not-released': 'The lease could not be given back; it runs out by itself',
  'schedule-left': ({ schedule }) => describeChangeWarning({ kind: 'schedule-left', schedule }),
  'ledger-not-understood': 'Parts of the ledger are not understood',
  'revert-given-up': 'The revert was tried long enough and is given up; a person must act',
  'revert-armed-again': 'The revert failed and is armed again',
  'revert-not-armed': 'The revert could not be armed again',
  'notice-not-sent': 'A notice could not be sent',
  'events-not-put': 'Events could not be put on the bus',
  'audit-warning': ({ warning }) => describeAuditWarning(warning),
};

/** Returns the sentence of an entry of the log. */
export function logMessage<Code extends LogCode>(code: Code, facts: LogFacts[Code]): string {
  const row: Row<LogFacts[Code]> = LOG[code];
  return typeof row === 'string' ? row : row(facts);
}

/** Names what an invocation has failed with, above what to do. */
export const seeLog = (code: ErrorCode): string => `${code}: see the function's log for details`;

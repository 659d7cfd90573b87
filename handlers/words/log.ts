/** Holds the sentences of the function's log, with a row for each code. */
import type { ErrorCode } from '../facts/errors';
import type { LogCode, LogFacts } from '../facts/log';
import { describeAuditWarning } from './report';
import { describeChangeWarning } from './results';

type Row<Facts> = string | ((facts: Facts) => string);

/** Sentence of the entry with the name servers and their answers, to which evidence refers. */
export const GATE_ASKED = 'The gate was asked';

export const LOG: { readonly [Code in LogCode]: Row<LogFacts[Code]> } = {
  started: 'Started',
  ended: 'Ended',
  failed: 'Failed',
  'gate-asked': GATE_ASKED,
  'change-failed': 'The change failed; rolling back',
  'rollback-not-recorded': 'The rollback could not be recorded',
  'failed-rollback-not-recorded': 'The failed rollback could not be recorded',
  'failure-not-recorded': 'The failure could not be recorded in the ledger',
  'lease-not-renewed': 'The lease could not be renewed',
  'lease-not-released': 'The lease could not be released; it expires by itself',
  'schedule-left': ({ schedule }) => describeChangeWarning({ kind: 'schedule-left', schedule }),
  'ledger-not-understood': 'Parts of the ledger are not understood',
  'revert-given-up': 'The revert was tried long enough and is given up; a person must act',
  'revert-armed-again': 'The revert failed and is armed again',
  'revert-not-armed': 'The revert could not be armed again',
  'notice-not-sent': 'A notice could not be sent',
  'events-not-put': 'Events could not be put on the bus',
  'audit-warning': ({ warning }) => describeAuditWarning(warning),
};

/** Returns the sentence of a log entry. */
export function logMessage<Code extends LogCode>(code: Code, facts: LogFacts[Code]): string {
  const row: Row<LogFacts[Code]> = LOG[code];
  return typeof row === 'string' ? row : row(facts);
}

/** Formats the failure of an invocation, above the advice. */
export const seeLog = (code: ErrorCode): string => `${code}: see the function's log for details`;

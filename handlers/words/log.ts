/** Holds the sentences of the function's log, with a row for each code. */

import type { ErrorCode } from './errors';
import { type GateOutcome, withReasons } from './gate';
import { type AuditWarning, describeAuditWarning } from './report';
import { describeChangeWarning } from './results';
import { BEFORE_A_PUT } from './unsigned-mail';

export type LogCode = keyof LogFacts;

interface InDomain {
  readonly domain: string;
  readonly region: string;
}

/** A step that failed although the run continues. */
interface FailedStep extends InDomain {
  readonly error: string;
}

export interface LogFacts {
  readonly started: { readonly request: object };
  readonly ended: { readonly answer: unknown };
  readonly failed: {
    readonly code: ErrorCode;
    readonly error: string;
    readonly details: object;
    readonly cause: string;
  };
  /** SES gets a key of an identity that may send. */
  readonly 'key-put': InDomain & { readonly selector: string };
  readonly 'gate-asked': Pick<GateOutcome, 'ready' | 'code' | 'servers'>;
  readonly 'change-failed': FailedStep & { readonly code: ErrorCode };
  readonly 'rollback-not-recorded': FailedStep;
  /** `armed` is the time at which the armed revert fires, in milliseconds since the epoch. */
  readonly 'failed-rollback-not-recorded': FailedStep & { readonly armed: number | undefined };
  readonly 'failure-not-recorded': FailedStep;
  readonly 'lease-not-renewed': FailedStep;
  readonly 'lease-not-released': FailedStep;
  readonly 'withdrawal-not-recorded': FailedStep;
  readonly 'tenants-not-known': FailedStep;
  readonly 'schedule-left': FailedStep & { readonly schedule: string };
  readonly 'ledger-not-understood': { readonly parts: readonly string[] };
  readonly 'revert-given-up': InDomain;
  /** `at`: milliseconds since the epoch. */
  readonly 'revert-armed-again': InDomain & { readonly at: number };
  readonly 'revert-not-armed': FailedStep;
  readonly 'notice-not-sent': {
    readonly topicArn: string;
    readonly subject: string;
    readonly error: string;
  };
  readonly 'events-not-put': { readonly count: number; readonly error: string };
  /** `report` is the object with the report. */
  readonly 'audit-warning': { readonly warning: AuditWarning; readonly report: string };
}

type Row<Facts> = string | ((facts: Facts) => string);

/** Sentence of the entry with the name servers and their answers, to which evidence refers. */
export const GATE_ASKED = 'The gate was asked';

export const LOG: { readonly [Code in LogCode]: Row<LogFacts[Code]> } = {
  started: 'Started',
  ended: 'Ended',
  failed: 'Failed',
  'gate-asked': GATE_ASKED,
  'key-put': BEFORE_A_PUT,
  'change-failed': 'The change failed; rolling back',
  'rollback-not-recorded': 'The rollback could not be recorded',
  'failed-rollback-not-recorded': 'The failed rollback could not be recorded',
  'failure-not-recorded': 'The failure could not be recorded in the ledger',
  'lease-not-renewed': 'The lease could not be renewed',
  'lease-not-released': 'The lease could not be released; it expires by itself',
  'withdrawal-not-recorded': 'The DNS team was asked to keep a record, which could not be recorded',
  'tenants-not-known':
    'SES was not asked for the tenants that hold the identity, as far as it answers such calls; its delete may be refused',
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

/** Returns the facts of a log entry as people read them: with the reasons of verdicts in words. */
export const loggedFacts = (facts: object): object =>
  'servers' in facts ? { ...facts, servers: withReasons(facts.servers as GateOutcome['servers']) } : facts;

/** Formats the failure of an invocation, above the advice. */
export const seeLog = (code: ErrorCode): string => `${code}: see the function's log for details`;

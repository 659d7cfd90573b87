/** Defines the fields of each entry in the function's log, by its code. */
import type { ErrorCode } from './errors';
import type { GateOutcome } from './gate';
import type { AuditWarning } from './reports';

/** Code of an entry. */
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
  readonly 'gate-asked': Pick<GateOutcome, 'ready' | 'code' | 'servers'>;
  readonly 'change-failed': FailedStep & { readonly code: ErrorCode };
  readonly 'rollback-not-recorded': FailedStep;
  /** `armed` is the time at which the armed revert fires, in milliseconds since the epoch. */
  readonly 'failed-rollback-not-recorded': FailedStep & { readonly armed: number | undefined };
  readonly 'failure-not-recorded': FailedStep;
  readonly 'lease-not-renewed': FailedStep;
  readonly 'lease-not-released': FailedStep;
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

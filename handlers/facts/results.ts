/** Defines the facts of the results of a rollback, a firing and a confirmation. */

import type { NotRestorable } from './not-restorable';

/** State of SES after a rollback. */
export type RestoredState =
  | { readonly kind: 'identity-gone' | 'untouched' }
  | {
      readonly kind: 'prior-state';
      readonly origin: 'byodkim' | 'easy-dkim';
      /** Present only with `byodkim`. */
      readonly selector?: string | undefined;
      readonly enabled: boolean;
      /** New tokens, whose records have to be published. */
      readonly otherTokens?: readonly string[] | undefined;
    }
  /** The prior state could not be restored. */
  | { readonly kind: 'switched-off'; readonly reason: NotRestorable | string }
  /** SES was not changed. */
  | { readonly kind: 'set-by-others'; readonly selector: string }
  | { readonly kind: 'not-restorable'; readonly problem: string }
  | {
      readonly kind: 'still-set';
      readonly selector?: string | undefined;
      readonly enabled: boolean;
      readonly doubt: Doubt;
    };

/** Reason why a destroy that owns nothing may be wrong. */
export type Doubt =
  /** The ledger is gone, an earlier version of it was restored, or all stacks that it records are newer. */
  | { readonly kind: 'unknown-stack'; readonly recorded: number }
  /** The ledger is gone, an earlier version of it was restored, or a call has arrived late. */
  | { readonly kind: 'no-owner' }
  | { readonly kind: 'taken-over'; readonly stack: string };

/** The reason why nothing was done. */
export type NothingDone =
  | {
      readonly kind:
        | 'nothing-open'
        | 'nothing-set'
        | 'not-owned'
        | 'identity-gone'
        | 'set-since'
        | 'not-in-force';
    }
  | { readonly kind: 'nothing-to-confirm' }
  | { readonly kind: 'taken-over' | 'not-awaited'; readonly transaction: string }
  | { readonly kind: 'verified'; readonly selector: string }
  | { readonly kind: 'pending'; readonly selector: string; readonly checksAt: string }
  | { readonly kind: 'failed-again'; readonly problem: string };

/** The content of an answer. */
export type Outcome = RestoredState | NothingDone;

/** State of a change at the end of its call. */
export type ChangeStanding =
  | { readonly kind: 'verified' }
  /**
   * SES has not verified it. `revertsAt` is the time at which a confirmed change is rolled back unless SES verifies it. ISO
   * 8601.
   */
  | { readonly kind: 'pending'; readonly revertsAt?: string | undefined };

/** A step that a change could not do at its end: the schedule fires once more and does nothing. */
export interface ChangeWarning {
  readonly kind: 'schedule-left';
  readonly schedule: string;
}

/** Result of a change that failed. */
export type RollbackEnding =
  | { readonly kind: 'untouched' }
  | {
      /** `left` if it could not be rolled back, and nothing tries it again. */
      readonly kind: 'rolled-back' | 'as-it-was' | 'left';
      readonly state: RestoredState;
      /** Time at which SES is checked again, since a call that was not answered may still arrive. ISO 8601. */
      readonly checkedAt?: string | undefined;
      /** The run that records it in the ledger, since this run could not. */
      readonly recordedBy?: 'revert' | 'deploy' | undefined;
    };

/** Result of a drill's firing. */
export interface DrillFiring {
  readonly kind: 'drill-fired' | 'drill-not-awaited';
  readonly drill: string;
}

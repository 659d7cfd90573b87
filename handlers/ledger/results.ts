/** What a confirmation, a firing and a revert answer; what a change answers is in the ledger. */
import type { CodeOf } from '../facts/coded';
import type { Outcome } from '../facts/results';
import type { Unverified } from './ledger';

/** How a confirmed change stands. */
export interface ConfirmedChange {
  /** Whether SES says SUCCESS: it is done. Until then the revert stays armed. */
  readonly verified: boolean;
  /** When it is rolled back unless SES has verified it by then. ISO 8601. */
  readonly reverts_at?: string;
  readonly warnings: readonly string[];
}

/** What a confirmation answers. */
export interface Confirmed extends ConfirmedChange {
  readonly statusCode: 200;
  readonly confirmed: true;
  readonly domain: string;
  readonly selector: string;
  readonly transaction: string;
  /** Whether the revert had already fired, so that the change had to be made again. */
  readonly reapplied: boolean;
}

/** Answers a delete, a fired schedule or `byodkim revert`. */
export interface Reverted {
  readonly statusCode: 200;
  readonly domain: string;
  readonly reverted: boolean;
  /** What SES has now, or why nothing was done: its code, its facts, and in words. */
  readonly code: CodeOf<Outcome['kind']>;
  readonly facts: Outcome;
  readonly reason: string;
  readonly warnings: readonly string[];
  /** The rollback is impossible, and nothing will try again: a person must act. */
  readonly incomplete?: true;
  /** What DNS has in place of the record of the selector that was restored: mail is unsigned until SES has verified it. */
  readonly unproved?: string;
}

/** What a firing answers. */
export interface Fired extends Reverted {
  /** SES has verified the change: it is done. */
  readonly verified?: true;
  /** When it is checked again. ISO 8601. */
  readonly checks_at?: string;
  /** SES had not verified the change in time: why it was rolled back. */
  readonly unverified?: Pick<Unverified, 'selector' | 'minutes' | 'status' | 'verification' | 'times'>;
  /** How long SES took, or had. */
  readonly after_minutes?: number;
  readonly selector?: string;
}

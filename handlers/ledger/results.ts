/** Defines the answers to a confirmation, a firing and a revert. ledger.ts has the answer to a change. */
import type { UnprovedRecord } from '../words/gate';
import type { RevertResult, Warning } from '../words/results';
import type { Unverified } from './ledger';

/** Facts with their code, as answers have them. */
export interface CodedFacts<Facts extends { readonly kind: string }> {
  /** The kind of the facts in capitals, like the codes of errors and findings. */
  readonly code: string;
  readonly facts: Facts;
}

/** Returns facts with the code of their kind. */
export const coded = <Facts extends { readonly kind: string }>(facts: Facts): CodedFacts<Facts> => ({
  code: facts.kind.toUpperCase().replaceAll('-', '_'),
  facts,
});

/** State of a confirmed change. */
export interface ConfirmedChange {
  /** Whether SES answers SUCCESS, so that the change is done. Until then, the revert stays armed. */
  readonly verified: boolean;
  /** Time at which it is rolled back unless SES has verified it by then. ISO 8601. */
  readonly reverts_at?: string;
  readonly warnings: readonly Warning[];
}

/** The answer of a confirmation. */
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
  /** The state of SES now, or the reason why nothing was done. */
  readonly code: string;
  readonly facts: RevertResult;
  readonly warnings: readonly Warning[];
  /** Whether the rollback is impossible and will not be retried, so that a person must act. */
  readonly incomplete?: true;
  /** The problem with the restored selector's record in DNS, which SES has to verify again. */
  readonly unproved?: UnprovedRecord;
}

/** The answer of a firing. */
export interface Fired extends Reverted {
  /** SES has verified the change: it is done. */
  readonly verified?: true;
  /** Time of the next check. ISO 8601. */
  readonly checks_at?: string;
  /** Reason of the rollback, if SES had not verified the change in time. */
  readonly unverified?: Pick<Unverified, 'selector' | 'minutes' | 'status' | 'verification' | 'times'>;
  /** The change was confirmed, and an earlier attempt to roll it back had failed. */
  readonly begun_before?: true;
  /** Time that SES took or had. */
  readonly after_minutes?: number;
  readonly selector?: string;
}

import type { SesVerificationOptions } from '../../../contract/core';

export type SearchStatus = 'NOT_STARTED' | 'PENDING' | 'SUCCESS' | 'FAILED' | 'TEMPORARY_FAILURE';

const HOUR_MS = 3_600_000;
/**
 * SES searches for a record, and tolerates the loss of one, for this long (developer guide, "Managing identities").
 */
export const SEARCH_MS = 72 * HOUR_MS;
/**
 * Limits SES's own checks, since an advance of days would otherwise cause thousands of them. A caller that asks for the
 * status may cause additional ones.
 */
const OWN_CHECKS_MS = HOUR_MS / 4;
const RECHECK_MS = 12 * HOUR_MS;
/** How long a verified record may be missing before the status changes. */
const TOLERANCE_MS = 2 * HOUR_MS;

/**
 * SES's search for one record, DKIM's or the MX of a MAIL FROM domain:
 *
 * - NOT_STARTED: only for DKIM, in the answer to a Put, as recorded, and to the next read
 * - PENDING: not found yet; becomes SUCCESS when the record is found, FAILED after 72 hours
 * - SUCCESS: looked up again twice a day; a record that is missing for hours leads to TEMPORARY_FAILURE, and a shorter
 *   absence goes unnoticed
 * - TEMPORARY_FAILURE: becomes SUCCESS when the record is back, FAILED 72 hours after it was first missing
 * - FAILED: never looked up again; only a new Put begins a new search
 */
export class Search {
  status: SearchStatus = 'NOT_STARTED';
  errorType: string | undefined;
  lastCheckedAt: number | undefined;
  lastSuccessAt: number | undefined;
  /** Counts the searches, so that a check begun before one does not decide after it. */
  generation = 0;
  /** Start of the search: when the attribute that needs the record was put. */
  private begunAt: number | undefined;
  private wasFound = false;
  /** When a record that had been found was first missing. */
  private missingSince: number | undefined;

  begin(now: number, status: 'NOT_STARTED' | 'PENDING'): void {
    this.generation += 1;
    this.status = status;
    this.begunAt = now;
    this.wasFound = false;
    this.missingSince = undefined;
    this.lastCheckedAt = undefined;
    this.errorType = undefined;
  }

  get begun(): number {
    return this.begunAt ?? 0;
  }

  /** Records that the status was read. */
  wasRead(): void {
    if (this.status === 'NOT_STARTED' && this.begunAt !== undefined) this.status = 'PENDING';
  }

  /**
   * Returns when the next check is due, if ever. @param firstAfterMs from the start of the search to the first check
   */
  dueAt({ retryIntervalMs = 0 }: SesVerificationOptions, firstAfterMs = 0): number | undefined {
    if (this.begunAt === undefined || this.status === 'FAILED') return undefined;
    if (this.lastCheckedAt === undefined) return this.begunAt + firstAfterMs;
    const rests = this.status === 'SUCCESS' && this.missingSince === undefined;
    return this.lastCheckedAt + (rests ? RECHECK_MS : retryIntervalMs);
  }

  /** Returns the time of SES's own next check. */
  checksAt(pace: SesVerificationOptions, firstAfterMs = 0): number | undefined {
    const due = this.dueAt(pace, firstAfterMs);
    if (due === undefined || (this.lastCheckedAt === undefined && firstAfterMs > 0)) return due;
    return Math.max(due, (this.lastCheckedAt ?? this.begun) + OWN_CHECKS_MS);
  }

  /**
   * Records the result of a check.
   * @param problem `VerificationInfo.ErrorType`, or undefined when the record is correct
   * @returns whether SES has given up a record that had been found
   */
  conclude(problem: string | undefined, now: number, pace: SesVerificationOptions): boolean {
    this.lastCheckedAt = now;
    this.errorType = problem;
    if (problem === undefined) {
      this.lastSuccessAt = now;
      this.wasFound = true;
      this.missingSince = undefined;
      this.status = 'SUCCESS';
      return false;
    }
    if (this.wasFound) this.missingSince ??= now;
    const forMs = now - (this.missingSince ?? this.begun);
    if (pace.ending === 'fails' || forMs >= SEARCH_MS) this.status = 'FAILED';
    else if (!this.wasFound) this.status = problem === 'DNS_SERVER_ERROR' ? 'TEMPORARY_FAILURE' : 'PENDING';
    else if (forMs >= TOLERANCE_MS) this.status = 'TEMPORARY_FAILURE';
    return this.status === 'FAILED' && this.wasFound;
  }
}

/** Defines the stages of a selector, from its key to the end of its record. */
export type Stage =
  /** Its key was made, and the record is not published yet. */
  | 'pending'
  /** The record is published, and SES does not sign with it yet. */
  | 'published'
  /** SES signs with it. */
  | 'active'
  /** SES has stopped; the record stays for mail in transit, and for a rollback. */
  | 'retiring'
  /** The record may go. */
  | 'retired'
  /** The record is gone, or its `p=` is empty. */
  | 'revoked';

/** Milliseconds since the epoch. */
export interface SelectorStage {
  readonly selector: string;
  readonly stage: Stage;
  readonly since: number | null;
  /** Time at which the record may be removed, or `null` if it must stay. */
  readonly recordMayGoAt: number | null;
}

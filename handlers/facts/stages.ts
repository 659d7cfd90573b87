/** The stages of a selector, from its key to the end of its record. */
export type Stage =
  /** Its key was made; the record is not published yet. */
  | 'pending'
  /** The record is there; SES does not sign with it yet. */
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
  /** When the record may go; `null`: it has to stay. */
  readonly recordMayGoAt: number | null;
}

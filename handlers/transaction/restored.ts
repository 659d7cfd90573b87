/** Defines the result of a restoration as facts. */
import type { RestoredState } from '../facts/results';

/** The end of a restoration. */
export interface Restored {
  /** Whether SES was written to. */
  readonly changed: boolean;
  readonly state: RestoredState;
  /** Whether restoring has become impossible and will not be retried, so that SES was not changed. */
  readonly incomplete?: true;
}

/** Makes the result of a restoration that wrote to SES or did not need to. */
export const restoredAs = (changed: boolean, state: RestoredState): Restored => ({ changed, state });

/** Makes the result of a restoration that is impossible. */
export const leftAsItIs = (state: RestoredState): Restored => ({ changed: false, state, incomplete: true });

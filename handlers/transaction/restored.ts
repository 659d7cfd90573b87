/** How a restoration ended, as facts. */
import type { RestoredState } from '../facts/results';

/** How a restoration ended. */
export interface Restored {
  /** Whether SES was written to. */
  readonly changed: boolean;
  readonly state: RestoredState;
  /** Restoring has become impossible, and nothing tries it again: SES was left as it is. */
  readonly incomplete?: true;
}

/** Makes the result of a restoration that wrote to SES, or had no need to. */
export const restoredAs = (changed: boolean, state: RestoredState): Restored => ({ changed, state });

/** Makes the result of a restoration that is impossible. */
export const leftAsItIs = (state: RestoredState): Restored => ({ changed: false, state, incomplete: true });

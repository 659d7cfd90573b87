/** Makes the answers of rollbacks, with the sentences of their facts. */
import type { NothingDone, Outcome, RestoredState } from '../facts/results';
import type { Reverted } from '../ledger/results';
import { describeOutcome } from '../words/results';

/** How a restoration ended. */
export interface Restored {
  /** Whether SES was written to. */
  readonly changed: boolean;
  readonly state: RestoredState;
  /** The state in words, for the ledger's history. */
  readonly note: string;
  /** Restoring has become impossible, and nothing tries it again: SES was left as it is. */
  readonly incomplete?: true;
}

/** Makes the result of a restoration that wrote to SES, or had no need to. */
export const restoredAs = (changed: boolean, state: RestoredState): Restored => ({
  changed,
  state,
  note: describeOutcome(state),
});

/** Makes the result of a restoration that is impossible. */
export const leftAsItIs = (state: RestoredState): Restored => ({
  ...restoredAs(false, state),
  incomplete: true,
});

/** Makes the answer of a restoration. */
export const revertAnswer = (
  domain: string,
  { changed, state, incomplete }: Restored,
  warnings: readonly string[] = [],
): Reverted => ({ ...answer(domain, changed, state), warnings, incomplete });

/** Makes the answer of a rollback that had nothing to do. */
export const nothingReverted = (domain: string, why: NothingDone): Reverted => ({
  ...answer(domain, false, why),
  warnings: [],
});

const answer = (domain: string, reverted: boolean, facts: Outcome): Omit<Reverted, 'warnings'> => ({
  statusCode: 200,
  domain,
  reverted,
  code: facts.kind,
  facts,
  reason: describeOutcome(facts),
});

/** Makes what a confirmation by hand answers that did nothing. */
export const nothingConfirmed = (domain: string, why: NothingDone): NothingConfirmed => ({
  statusCode: 200,
  domain,
  confirmed: false,
  code: why.kind,
  facts: why,
  reason: describeOutcome(why),
});

export interface NothingConfirmed {
  readonly statusCode: 200;
  readonly domain: string;
  readonly confirmed: false;
  readonly code: NothingDone['kind'];
  readonly facts: NothingDone;
  readonly reason: string;
}

/** Returns a reason in words, for the ledger's history. */
export const noteOf = (why: NothingDone): string => describeOutcome(why);

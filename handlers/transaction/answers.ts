/** Makes the answers of changes and rollbacks. It is the only file of this folder that formats facts as sentences: for the ledger. */
import { coded, type Reverted } from '../ledger/results';
import type { UnprovedRecord } from '../words/gate';
import { describeOutcome, type NothingDone, type RevertResult, type Warning } from '../words/results';
import type { Restored } from './restore';

/** Contents of a restoration's answer in addition to the restored state. */
interface AfterRestoring {
  readonly warnings?: readonly Warning[];
  /** The restored selector's record, if it is not proved. */
  readonly unproved?: UnprovedRecord | undefined;
}

/** Makes the answer of a restoration. */
export const revertAnswer = (
  domain: string,
  { changed, state, incomplete }: Restored,
  { warnings = [], unproved }: AfterRestoring = {},
): Reverted => ({
  ...answer(domain, changed, state),
  warnings,
  incomplete,
  ...(unproved && { unproved }),
});

/** Makes the answer of a rollback without anything to do. */
export const nothingReverted = (domain: string, why: NothingDone): Reverted => ({
  ...answer(domain, false, why),
  warnings: [],
});

const answer = (domain: string, reverted: boolean, facts: RevertResult): Omit<Reverted, 'warnings'> => ({
  statusCode: 200,
  domain,
  reverted,
  ...coded(facts),
});

/** Makes the answer of a manual confirmation that did nothing. */
export const nothingConfirmed = (domain: string, why: NothingDone): NothingConfirmed => ({
  statusCode: 200,
  domain,
  confirmed: false,
  ...coded(why),
});

export interface NothingConfirmed {
  readonly statusCode: 200;
  readonly domain: string;
  readonly confirmed: false;
  readonly code: string;
  readonly facts: NothingDone;
}

/** Returns an outcome in words, for the ledger's history. */
export const noteOf = (outcome: RevertResult): string => describeOutcome(outcome);

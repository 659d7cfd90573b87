/** Recognises an entry that has another name in the list now. */
import type { Renaming } from '../facts/unlisted';

/** Resources of a stack. Two stacks with the same resources are one entry under two names. */
export interface Claim {
  readonly stack: string;
  /** Name of its DKIM record, which contains the domain and the selector. */
  readonly recordName: string;
  readonly region: string;
}

/**
 * Finds the entries that have been renamed.
 * @param removed the stacks that are no longer in the list
 * @param added the stacks that are new in the list
 */
export const findRenamings = (removed: readonly Claim[], added: readonly Claim[]): Renaming[] =>
  added.flatMap((each) => {
    const before = removed.filter(
      ({ recordName, region }) => recordName === each.recordName && region === each.region,
    );
    return before.length === 1 ? [{ from: before[0]!.stack, to: each.stack }] : [];
  });

/** Recognises an entry that the list has under another name now. */
import type { Renaming } from '../facts/unlisted';

/** What a stack makes: two stacks that make the same are one entry under two names. */
export interface Claim {
  readonly stack: string;
  /** Name of its DKIM record, which holds domain and selector. */
  readonly recordName: string;
  readonly region: string;
}

/**
 * Finds the entries that have another name now.
 * @param removed what the list names no more
 * @param added what it names anew
 */
export const findRenamings = (removed: readonly Claim[], added: readonly Claim[]): Renaming[] =>
  added.flatMap((each) => {
    const before = removed.filter(
      ({ recordName, region }) => recordName === each.recordName && region === each.region,
    );
    return before.length === 1 ? [{ from: before[0]!.stack, to: each.stack }] : [];
  });

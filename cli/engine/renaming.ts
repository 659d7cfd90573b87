/** Recognises an entry that has another name in the list now. */
import type { Renaming } from '../words/unlisted';

/** The place of an entry. A list has at most one entry for each, so another name for it is another name of the entry. */
export interface EntryOfStack {
  readonly stack: string;
  readonly domain: string;
  readonly region: string;
}

/**
 * Finds the entries that have been renamed.
 * @param removed the stacks that are no longer in the list
 * @param added the stacks that are new in the list
 */
export const findRenamings = (removed: readonly EntryOfStack[], added: readonly EntryOfStack[]): Renaming[] =>
  added.flatMap((each) => {
    const before = removed.filter(({ domain, region }) => domain === each.domain && region === each.region);
    return before.length === 1 ? [{ from: before[0]!.stack, to: each.stack }] : [];
  });

/** Suffix of the name of a stack's state. */
export const STATE_SUFFIX = '.tfstate';

/** An entry with a new name but the same domain and region. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
}

/** A stack of two that are deployed for one domain and region. */
export interface Twin {
  readonly stack: string;
  /** The record with which it was applied last, if that is known. */
  readonly recordName?: string | undefined;
}

/** An entry of the list, and a deployed stack that is not in the list, with the same identity in SES. */
export interface Twins {
  readonly listed: Twin;
  readonly unlisted: Twin;
}

/** A stack, with the entries that sign with its key. */
export interface KeyUsers {
  readonly stack: string;
  readonly others: readonly string[];
}

/** A MAIL FROM domain whose records a stack has in Route 53, and the list gives to the stack of another region. */
export interface MovedMailFrom {
  /** The stack that has them. */
  readonly stack: string;
  readonly to: string;
  /** Of the MAIL FROM domain. */
  readonly name: string;
}

/** Deployed stacks that are no longer in the list. */
export interface Unlisted {
  /** Stacks of entries that were removed. */
  readonly stacks: readonly string[];
  /** Entries with a new name in the list. */
  readonly renamed: readonly Renaming[];
  /** Entries that are deployed under an earlier name as well. */
  readonly twins: readonly Twins[];
}

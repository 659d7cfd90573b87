/** What follows the name of a stack in the name of its state. */
export const STATE_SUFFIX = '.tfstate';

/** An entry that has another name now. Its domain, region and selector are the same. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
}

/** A stack, and the entries that sign with its key. */
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

/** What is deployed and no longer in the list. */
export interface Unlisted {
  /** Stacks of entries that were removed. */
  readonly stacks: readonly string[];
  /** Entries that the list names anew. */
  readonly renamed: readonly Renaming[];
}

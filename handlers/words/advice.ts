/** Defines the advice of a row, which names who acts and what to do, for errors, findings and failures of the command. */
export interface Advice<Facts = unknown> {
  /** The person who acts. */
  readonly who: string;
  /**
   * Returns the advice, with `<domain>` in place of the domain. Markdown; addresses whoever acts.
   * @param facts absent for the general advice, as in the docs
   */
  readonly todo: (facts?: Facts) => string;
  /** The command that prints more. */
  readonly command?: string;
  /** The advice in a few words, for a table. */
  readonly next?: string;
}

/** Makes advice that depends on the facts. @param special returns `undefined` for the general advice */
export const byFacts =
  <Facts>(general: string, special: (facts: Facts) => string | undefined): Advice<Facts>['todo'] =>
  (facts) =>
    (facts === undefined ? undefined : special(facts)) ?? general;

/** The row of an error, with its sentences. */
export interface ErrorRow<Facts> extends Advice<Facts> {
  /** Cases in which it is returned. */
  readonly when: string;
  /**
   * State of SES afterwards.
   * @default unchanged; nothing was written
   */
  readonly ses?: string;
  /** The event, the expectation and the observation, in one or more sentences. */
  readonly what: (facts: Facts) => string;
}

/** The row of each error, by code. */
export type ErrorRows<Facts> = { readonly [Code in keyof Facts]: ErrorRow<Facts[Code]> };

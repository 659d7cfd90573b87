/** Who acts on a code, and what to do: a part of the row of an error, of a finding, or of a failure of the command. */
export interface Advice<Facts = unknown> {
  /** Who acts. */
  readonly who: string;
  /**
   * Returns what to do, with `<domain>` for the domain. Markdown; addresses whoever acts.
   * @param facts absent: what to do in general, as the docs have it
   */
  readonly todo: (facts?: Facts) => string;
  /** The command that prints more. */
  readonly command?: string;
  /** What to do in a few words, for a table. */
  readonly next?: string;
}

/** Makes an advice that depends on what happened. @param special `undefined`: as in general */
export const byFacts =
  <Facts>(general: string, special: (facts: Facts) => string | undefined): Advice<Facts>['todo'] =>
  (facts) =>
    (facts === undefined ? undefined : special(facts)) ?? general;

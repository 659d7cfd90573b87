/** Who acts on a code, and what to do: a part of the row of an error, of a finding, or of a failure of the command. */
export interface Advice<Facts = unknown> {
  /** Who acts. */
  readonly who: string;
  /** What to do in general, with `<domain>` for the domain. Markdown; addresses whoever acts. */
  readonly todo: string;
  /** What to do by what happened; `undefined`: as in general. */
  readonly todoOf?: ((facts: Facts) => string | undefined) | undefined;
  /** The command that prints more. */
  readonly command?: string;
  /** What to do in a few words, for a table. */
  readonly next?: string;
}

/** Returns what to do by a row. */
export const todoBy = <Facts>(
  { todo, todoOf }: Pick<Advice<Facts>, 'todo' | 'todoOf'>,
  facts: Facts,
): string => todoOf?.(facts) ?? todo;

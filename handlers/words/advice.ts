/** What to do about a code: the row of an error, of a finding, or of a failure of the command. */
export interface Advice<Facts = unknown> {
  /** Who acts. */
  readonly who: string;
  /** What to do in general, with `<domain>` for the domain. Markdown. */
  readonly todo: string;
  /** What to do by what happened, if that differs. */
  readonly todoOf?: ((facts: Facts) => string | undefined) | undefined;
  /** The command that prints more. */
  readonly command?: string;
  /** What to do in a few words, for a table. */
  readonly next?: string;
}

/** Puts a domain, if it is known, into the commands of what to do. */
export const forDomain = (
  todo: string,
  { domain, region }: { readonly domain?: string | undefined; readonly region?: string | undefined },
): string =>
  domain === undefined || region === undefined
    ? todo
    : todo.replaceAll('<domain>', `${domain} --region ${region}`);

/** Returns what to do by a row. */
export const todoBy = <Facts>({ todo, todoOf }: Advice<Facts>, facts: Facts): string =>
  todoOf?.(facts) ?? todo;

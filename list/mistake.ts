/** One mistake in the domain list, where it is. */
export interface ListMistake {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What was found, what is allowed. One line. */
  readonly text: string;
}

/** Everything wrong with a domain list: one line per mistake, `domains.yaml:12:5: …`. */
export class DomainListError extends Error {
  constructor(
    readonly file: string,
    readonly mistakes: readonly ListMistake[],
  ) {
    const inOrder = [...mistakes].sort((a, b) => a.line - b.line || a.column - b.column);
    super(inOrder.map(({ line, column, text }) => `${file}:${line}:${column}: ${oneLine(text)}`).join('\n'));
    this.name = 'DomainListError';
  }
}

/** A key of the list may hold anything. */
const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();

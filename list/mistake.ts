import { show } from '../constructs/check-identity-props';

/** A place in the text of a list, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One mistake in the domain list, and its place. */
export interface ListMistake extends Position {
  /** The value found, and the allowed ones, in one line. */
  readonly text: string;
  /** e.g. `domains.example.com.selector`. */
  readonly setting?: string;
}

/** Makes the mistake of one setting. @param which says more of what was found */
export const mistakeAt = (
  place: Position,
  setting: string,
  found: unknown,
  allowed: string,
  which = '',
): ListMistake => ({
  ...place,
  setting,
  text: `${setting && `${setting}: `}found ${show(found)}${which}, allowed: ${allowed}`,
});

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

/** Formats a text on one line. A key may hold anything: characters without a shape, or that turn the text around, as codes. */
const oneLine = (text: string): string =>
  text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[\p{Cf}\p{Zl}\p{Zp}]/gu, (each) => `\\u{${each.codePointAt(0)!.toString(16)}}`)
    .trim();

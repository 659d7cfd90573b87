/** Makes every refusal of a list or of an edit. It is the only door to the words of the list. */
import {
  EDITS,
  type EditFacts,
  MISTAKES,
  type MistakeCode,
  type MistakeFacts,
  NAMINGS,
  type NamingFacts,
  type ReadFailure,
  readFailureText,
  type Sentence,
} from './words';

/** A place in the text of a list, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A code with its facts. */
export type Mistake = {
  readonly [Code in MistakeCode]: { readonly code: Code; readonly facts: MistakeFacts[Code] };
}[MistakeCode];

/** One mistake in the domain list, with its place. */
export type ListMistake = Position &
  Mistake & {
    /** The value that was found, and the allowed ones, in one line. */
    readonly text: string;
    /** e.g. `domains.example.com.selector`; absent if the whole file is wrong. */
    readonly setting?: string;
  };

/** Makes a mistake. @param setting the setting that is wrong */
export function mistakeAt({ line, column }: Position, mistake: Mistake, setting = ''): ListMistake {
  const text = textOf(mistake);
  if (setting === '') return { line, column, ...mistake, text };
  return { line, column, ...mistake, setting, text: `${setting}: ${text}` };
}

function textOf({ code, facts }: Mistake): string {
  const sentence = (MISTAKES[code] as (facts: MistakeFacts[MistakeCode]) => Sentence)(facts);
  return 'text' in sentence ? sentence.text : `${sentence.found}, allowed: ${sentence.allowed}`;
}

/** Thrown with every mistake in a domain list, one per line: `domains.yaml:12:5: …`. */
export class DomainListError extends Error {
  constructor(
    readonly file: string,
    readonly mistakes: readonly ListMistake[],
  ) {
    super(mistakeLines(file, mistakes));
    this.name = 'DomainListError';
  }
}

/** Formats mistakes in the order of the text, one line each. */
export function mistakeLines(file: string, mistakes: readonly ListMistake[]): string {
  const inOrder = [...mistakes].sort((a, b) => a.line - b.line || a.column - b.column);
  return inOrder.map(({ line, column, text }) => `${file}:${line}:${column}: ${oneLine(text)}`).join('\n');
}

/**
 * Formats a text on one line. Writes invisible characters and those that reverse the text as codes, since a key may contain
 * anything.
 */
const oneLine = (text: string): string =>
  text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[\p{Cf}\p{Zl}\p{Zp}]/gu, (each) => `\\u{${each.codePointAt(0)!.toString(16)}}`)
    .trim();

/** Returns the reason why a file could not be read. */
export function readFailureOf(error: unknown): ReadFailure {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return { reason: 'missing' };
  return code === 'EISDIR' ? { reason: 'folder' } : { reason: 'other', message };
}

/** Formats the reason why a file could not be read. */
export const readFailure = (error: unknown): string => readFailureText(readFailureOf(error));

/** Thrown for a list that cannot be edited without changing more than the setting. */
export class CannotEditList<Code extends keyof EditFacts = keyof EditFacts> extends Error {
  override readonly name = 'CannotEditList';

  constructor(
    readonly code: Code,
    readonly facts: EditFacts[Code],
  ) {
    super(EDITS[code](facts));
  }
}

/** Thrown if no selector is free, with the reason. */
export class NoNextSelector<Code extends keyof NamingFacts = keyof NamingFacts> extends Error {
  override readonly name = 'NoNextSelector';

  constructor(
    readonly code: Code,
    readonly facts: NamingFacts[Code],
  ) {
    super(NAMINGS[code](facts));
  }
}

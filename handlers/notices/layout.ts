import type { RequestOf } from '../event';

type Changing = RequestOf<
  'change' | 'update' | 'confirm' | 'destroy' | 'revert-unconfirmed' | 'revert-by-hand' | 'rotate-due'
>;

/** A request that changes what SES signs with, as far as a notice tells of it. */
export interface NotedWork {
  readonly kind: Changing['kind'];
  readonly source: Changing['source'];
  readonly domain: string;
  readonly region: string;
  /** Absent where the request does not name one. */
  readonly selector?: string;
  /** Names the transaction, where the request does. */
  readonly transaction?: string;
}

/** `Name:   value` lines with their values below each other; what is absent is left out. */
export function table(rows: Readonly<Record<string, string | undefined>>): string {
  const present = Object.entries(rows).filter((row): row is [string, string] => row[1] !== undefined);
  const width = Math.max(...present.map(([name]) => name.length)) + 2;
  return present.map(([name, value]) => `${`${name}:`.padEnd(width)} ${value}`).join('\n');
}

/** A heading and what stands below it; nothing where there is nothing to say. */
export const section = (heading: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `\n${heading}\n\n${lines.join('\n')}\n`;

export const bullets = (items: readonly string[]): string[] => items.map((item) => `- ${item}`);

/** A sentence that was written as a part of another, or of an answer. */
export const asSentence = (text: string): string => {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?:]$/.test(begun) ? begun : `${begun}.`;
};

import { ERROR_CATALOGUE } from '../../handlers/error-catalogue';
import { forTerminal, oneLine } from '../../handlers/outlets';
import type { HandlerError } from './handler-errors';

const WIDTH = 96;

type Row = readonly [label: string, text: string];

/** A handler's error as a person reads it after a long output: what, why, what SES has now, what to do. */
export const errorBlock = (error: HandlerError): string =>
  [errorHead(error), adviceOn(error.code)].filter(Boolean).join('\n');

/** What, of which domain, and why. */
export const errorHead = ({ code, message }: HandlerError, domain?: string): string =>
  block([
    ['Error', oneLine(code)],
    ...(domain === undefined ? [] : [['Domain', domain] as const]),
    ['Reason', forTerminal(message)],
  ]);

/** What a code means for SES, and who has to do what; empty where nobody knows. */
export function adviceOn(code: string): string {
  if (!Object.hasOwn(ERROR_CATALOGUE, code)) return '';
  const { ses, who, remedy } = ERROR_CATALOGUE[code as keyof typeof ERROR_CATALOGUE];
  return block([
    ['SES now', ses],
    ['Who', who],
    ['To do', remedy],
  ]);
}

/** `SES now` is the longest. */
const LABEL = 9;

const block = (rows: readonly Row[]): string =>
  rows.map(([name, text]) => `${name.padEnd(LABEL)}${wrap(text.trim(), LABEL)}`).join('\n');

/** Breaks long lines at spaces; later lines begin under the first. A table keeps its own lines, and so do commands. */
function wrap(text: string, indent: number): string {
  const room = WIDTH - indent;
  return text
    .split('\n')
    .flatMap((line) => (/│|^\s/.test(line) || line.length <= room ? [line] : words(line, room)))
    .join(`\n${' '.repeat(indent)}`);
}

function words(line: string, room: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + word.length + 1 > room) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}

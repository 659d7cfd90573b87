import { ERROR_CATALOGUE } from '../../handlers/error-catalogue';
import { forTerminal, oneLine } from '../../handlers/outlets';
import type { HandlerError } from './handler-errors';

const WIDTH = 96;

/** A handler's error as a person reads it after a long output: what, why, what SES has now, what to do. */
export function errorBlock({ code, message }: HandlerError): string {
  const entry = Object.hasOwn(ERROR_CATALOGUE, code)
    ? ERROR_CATALOGUE[code as keyof typeof ERROR_CATALOGUE]
    : undefined;
  const rows: [string, string][] = [
    ['Error', oneLine(code)],
    ['Reason', forTerminal(message)],
    ...(entry
      ? ([
          ['SES now', entry.ses],
          ['Who', entry.who],
          ['To do', entry.remedy],
        ] as [string, string][])
      : []),
  ];
  const label = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, text]) => `${name.padEnd(label)}${wrap(text.trim(), label)}`).join('\n');
}

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

import { ERROR_CATALOGUE, whatToDo } from '../../handlers/error-catalogue';
import type { ErrorCode } from '../../handlers/errors';
import { forTerminal, oneLine } from '../../handlers/escape';
import type { HandlerError } from './handler-errors';

const WIDTH = 96;

type Row = readonly [label: string, text: string];

/** A handler's error as a person reads it after a long output: what, why, what SES has now, what to do. */
export const errorBlock = (error: HandlerError, stack?: string): string =>
  block([...whatHappened(error, stack), ...whatItMeans(error.code), ...stepsOf(error, stack)]);

/** Several errors of one code: what it means for SES, and who has to act, is told once. */
export function errorBlocks(code: string, found: readonly { error: HandlerError; stack: string }[]): string {
  if (found.length === 1) return errorBlock(found[0]!.error, found[0]!.stack);
  const own = found.map(({ error, stack }) =>
    block([...whatHappened(error, stack), ...(error.advice === undefined ? [] : stepsOf(error, stack))]),
  );
  const general = found.some(({ error }) => error.advice === undefined) ? stepsOf({ code }) : [];
  return [...own, block([...whatItMeans(code), ...general])].filter(Boolean).join('\n\n');
}

const whatHappened = ({ code, message }: HandlerError, stack?: string): Row[] => [
  ['Error', oneLine(code)],
  ...(stack === undefined ? [] : [['Domain', stack] as const]),
  ['Reason', forTerminal(message)],
];

/** Nothing where nobody knows. */
function whatItMeans(code: string): Row[] {
  if (!isKnown(code)) return [];
  const { ses, who } = ERROR_CATALOGUE[code];
  return [
    ['SES now', ses],
    ['Who', who],
  ];
}

function stepsOf({ code, advice }: Pick<HandlerError, 'code' | 'advice'>, stack?: string): Row[] {
  if (!isKnown(code)) return advice === undefined ? [] : [['To do', forTerminal(advice)]];
  const { todo, look } = whatToDo(code, advice, stack);
  return [['To do', forTerminal(todo)], ...(look === undefined ? [] : [['Look', look] as const])];
}

const isKnown = (code: string): code is ErrorCode => Object.hasOwn(ERROR_CATALOGUE, code);

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

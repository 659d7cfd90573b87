import { ERROR_CATALOGUE, type ErrorDescription } from '../../handlers/error-catalogue';
import { forTerminal, oneLine } from '../../handlers/outlets';
import type { HandlerError } from './handler-errors';

const WIDTH = 96;

type Row = readonly [label: string, text: string];

/** A handler's error as a person reads it after a long output: what, why, what SES has now, what to do. */
export const errorBlock = (error: HandlerError, domain?: string): string =>
  block([...whatHappened(error, domain), ...whatItMeans(error.code), ...whatToDo(error, domain)]);

/** Several errors of one code: what it means for SES, and who has to act, is told once. */
export function errorBlocks(code: string, found: readonly { error: HandlerError; domain: string }[]): string {
  if (found.length === 1) return errorBlock(found[0]!.error, found[0]!.domain);
  const own = found.map(({ error, domain }) =>
    block([...whatHappened(error, domain), ...(error.advice === undefined ? [] : whatToDo(error, domain))]),
  );
  const general = found.some(({ error }) => error.advice === undefined)
    ? whatToDo({ code, message: '' })
    : [];
  return [...own, block([...whatItMeans(code), ...general])].filter(Boolean).join('\n\n');
}

const whatHappened = ({ code, message }: HandlerError, domain?: string): Row[] => [
  ['Error', oneLine(code)],
  ...(domain === undefined ? [] : [['Domain', domain] as const]),
  ['Reason', forTerminal(message)],
];

/** Nothing where nobody knows. */
function whatItMeans(code: string): Row[] {
  const known = descriptionOf(code);
  return known
    ? [
        ['SES now', known.ses],
        ['Who', known.who],
      ]
    : [];
}

/** What the error itself says, or else its code; once. */
function whatToDo({ code, advice }: HandlerError, stack?: string): Row[] {
  const known = descriptionOf(code);
  if (advice === undefined) return known ? [['To do', ofDomain(known.remedy, stack)]] : [];
  return [
    ['To do', forTerminal(advice)],
    ...(known?.look === undefined ? [] : [['Look', ofDomain(known.look, stack)] as const]),
  ];
}

/** A text of the catalogue with the domain in it, as `byodkim` takes it; of a stack such as `example.com@eu-west-1`. */
export const ofDomain = (text: string, stack?: string): string =>
  stack === undefined ? text : text.replaceAll('<domain>', stack.replace('@', ' --region '));

const descriptionOf = (code: string): ErrorDescription | undefined =>
  Object.hasOwn(ERROR_CATALOGUE, code) ? ERROR_CATALOGUE[code as keyof typeof ERROR_CATALOGUE] : undefined;

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

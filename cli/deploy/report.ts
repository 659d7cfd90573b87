/** What is printed of the outcomes of a deploy, diff or destroy. */
import { ERROR_CATALOGUE, whatToDo } from '../../handlers/error-catalogue';
import type { ErrorCode } from '../../handlers/errors';
import { forTerminal, oneLine } from '../../handlers/escape';
import type { HandlerError } from './handler-errors';
import type { Outcome } from './outcome';

type Row = readonly [label: string, text: string];
interface Found {
  readonly error: HandlerError;
  readonly stack: string;
}

/** Formats one error of the function for a person: what, why, what SES has now, who acts, what to do. */
export const errorBlock = (error: HandlerError, stack?: string): string =>
  block([...errorRows(error, stack), ...meaningRows(error.code), ...adviceRows(error, stack)]);

/** Formats several errors of one code: what it means for SES is printed once. */
function errorBlocks(code: string, found: readonly Found[]): string {
  if (found.length === 1) return errorBlock(found[0]!.error, found[0]!.stack);
  const own = found.map(({ error, stack }) =>
    block([...errorRows(error, stack), ...(error.advice === undefined ? [] : adviceRows(error, stack))]),
  );
  const isGeneral = found.some(({ error }) => error.advice === undefined);
  return [...own, block([...meaningRows(code), ...(isGeneral ? adviceRows({ code }) : [])])]
    .filter(Boolean)
    .join('\n\n');
}

const errorRows = ({ code, message }: HandlerError, stack?: string): Row[] => [
  ['Error', oneLine(code)],
  ...(stack === undefined ? [] : [['Domain', stack] as const]),
  ['Reason', forTerminal(message)],
];

const isKnown = (code: string): code is ErrorCode => Object.hasOwn(ERROR_CATALOGUE, code);

const meaningRows = (code: string): Row[] =>
  isKnown(code)
    ? [
        ['SES now', ERROR_CATALOGUE[code].ses],
        ['Who', ERROR_CATALOGUE[code].who],
      ]
    : [];

function adviceRows({ code, advice }: Pick<HandlerError, 'code' | 'advice'>, stack?: string): Row[] {
  if (!isKnown(code)) return advice === undefined ? [] : [['To do', forTerminal(advice)]];
  const { todo, command } = whatToDo(code, advice, stack);
  return [['To do', forTerminal(todo)], ...(command === undefined ? [] : [['Check', command] as const])];
}

const LABEL = 9;
const LINE = new RegExp(`(.{1,${96 - LABEL}})(?: |$)`, 'g');

const block = (rows: readonly Row[]): string =>
  rows.map(([name, text]) => `${name.padEnd(LABEL)}${indented(text.trim())}`).join('\n');

/** Breaks long sentences at spaces. Tables and commands, which are indented, keep their lines. */
const indented = (text: string): string =>
  text
    .split('\n')
    .flatMap((line) => (/│|^\s|\S{60}/.test(line) ? line : (line.match(LINE) ?? [line])))
    .map((line) => line.trimEnd())
    .join(`\n${' '.repeat(LABEL)}`);

/** Formats each error with its domain, then the hints, each once. */
export function explanations(outcomes: readonly Outcome[]): string[] {
  const errors = grouped(
    outcomes.flatMap(({ stack, errors }) => errors.map((error) => [error.code, { error, stack }] as const)),
  );
  const hints = grouped(outcomes.flatMap(({ stack, hints }) => hints.map((hint) => [hint, stack] as const)));
  return [
    ...[...errors].map(([code, found]) => errorBlocks(code, found)),
    ...[...hints].map(([hint, stacks]) => `${several(stacks)}: ${hint}`),
  ];
}

function grouped<T>(pairs: readonly (readonly [string, T])[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value]);
  return groups;
}

/** Formats how many stacks ended in which way: `2 done, 1 refused.` */
export const counts = (outcomes: readonly Outcome[]): string =>
  `${[...grouped(outcomes.map(({ ended }) => [ended, ended]))].map(([ended, { length }]) => `${length} ${ended}`).join(', ')}.`;

/** Formats the last line: changes that SES has not verified yet. */
export function waiting(outcomes: readonly Outcome[]): string[] {
  const stacks = outcomes.filter(({ ended }) => ended === 'waits for SES').map(({ stack }) => stack);
  if (stacks.length === 0) return [];
  return [
    `${several(stacks)}: set. SES has not verified it yet; until then mail goes out without this signature. ` +
      'What SES does not verify in time is rolled back: see `byodkim status`.',
  ];
}

const several = (stacks: readonly string[]): string =>
  stacks.length > 5 ? `${stacks.slice(0, 5).join(', ')} and ${stacks.length - 5} more` : stacks.join(', ');

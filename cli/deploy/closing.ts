import { table } from '../terminal/table';
import { errorBlocks } from './error-block';
import type { HandlerError } from './handler-errors';
import { nextStep, type Outcome } from './outcome';

const WHAT_WIDTH = 70;

/** What a run of several stacks ended with: what went wrong in words, then every stack in a line. */
export const closing = (outcomes: readonly Outcome[]): string[] => [
  ...explanations(outcomes),
  closingTable(outcomes),
  countsOf(outcomes),
];

/** The last line: what is done but not over. */
export function waiting(outcomes: readonly Outcome[]): string[] {
  const stacks = outcomes.filter(({ ended }) => ended === 'waits for SES').map(({ stack }) => stack);
  if (stacks.length === 0) return [];
  return [
    `${several(stacks)}: set; SES has not verified it yet, and until then mail goes out without this signature. ` +
      'What SES does not verify in time is rolled back: see `byodkim status`.',
  ];
}

/** Each error with its domain, what a code means once; then what to do about what the function does not know of. */
export function explanations(outcomes: readonly Outcome[]): string[] {
  const byCode = new Map<string, { error: HandlerError; stack: string }[]>();
  for (const { stack, errors } of outcomes)
    for (const error of errors) byCode.set(error.code, [...(byCode.get(error.code) ?? []), { error, stack }]);
  const refusals = [...byCode].map(([code, found]) => errorBlocks(code, found));
  const hints = new Map<string, string[]>();
  for (const { stack, hints: found } of outcomes)
    for (const hint of found) hints.set(hint, [...(hints.get(hint) ?? []), stack]);
  return [...refusals, ...[...hints].map(([hint, stacks]) => `${several(stacks)}: ${hint}`)];
}

const several = (stacks: readonly string[]): string =>
  stacks.length > 5 ? `${stacks.slice(0, 5).join(', ')} and ${stacks.length - 5} more` : stacks.join(', ');

function closingTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    const { who, what } = nextStep(outcome);
    const code = outcome.errors[0]?.code ?? '-';
    return [outcome.stack, outcome.ended, code, who || '-', shortened(what) || '-'];
  });
  return table(['domain', 'outcome', 'code', 'who', 'to do'], rows);
}

const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > WHAT_WIDTH ? `${line.slice(0, WHAT_WIDTH - 1)}…` : line;
};

/** `98 done, 1 refused, 1 unchanged.` */
export function countsOf(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>();
  for (const { ended } of outcomes) counts.set(ended, (counts.get(ended) ?? 0) + 1);
  return `${[...counts].map(([ended, count]) => `${count} ${ended}`).join(', ')}.`;
}

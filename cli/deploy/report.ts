/** Formats the output of a deploy, diff or destroy. */

import { forTerminal, oneLine } from '../../handlers/escape';
import { ERRORS, isErrorCode } from '../../handlers/words/errors';
import { type AskedRemoval, mayBeRemoved } from '../../handlers/words/removal';
import { BEFORE_A_PUT } from '../../handlers/words/unsigned-mail';
import type { ListedDomain } from '../../list/domain-list';
import { engineName } from '../../packages/engine/engine-version';
import { newerRevision } from '../engine/applied-state';
import type { PlannedChange } from '../engine/engine';
import type { StackAction } from '../engine/workspace';
import type { ExitCode } from '../exit-codes';
import { grouped } from '../grouping';
import { additionOf, destructionOf } from '../target/effect';
import type { WithText } from '../words/coded';
import {
  CONTROL_STACK,
  engineChanged,
  recordRemoved,
  SES_AS_BEFORE,
  signingEffect,
  stackRemoved,
  UNLESS_ADOPTED,
  untaintedWords,
} from '../words/deploy';
import type { HandlerError } from '../words/failures';
import { formatDuration, several } from '../words/format';
import { destructionWords, effectWords } from '../words/meaning';
import {
  type Ended,
  endedWords,
  type Hint,
  hintsOf,
  hintWords,
  type Outcome,
  outcomeWords,
  type PassedOverSummary,
  type PlannedReason,
  passedOverWords,
  plannedWords,
  type Reason,
  reasonWords,
  waitAt,
  waitingForSesWords,
} from '../words/outcomes';
import { outdatedCaution } from '../words/refusals';
import { rowOfCode } from '../words/rows';
import { topicsWords } from '../words/topics';
import { unlistedWords } from '../words/unlisted';
import type { Deployment } from './deployment';
import { exitCodeOf } from './outcome';

/** Formats the reasons why entries are planned, with a line for each. */
export const plannedLines = (planned: readonly (readonly [PlannedReason, string])[]): string[] =>
  [...grouped(planned.map(([why, stack]) => [plannedWords(why), stack]))].map(
    ([why, stacks]) => `Planned: ${several(stacks)}: ${why}.\n`,
  );

/** Formats the entries that were not planned, in a line. */
export const passedOverLine = (passed: PassedOverSummary): string => `${passedOverWords(passed)}\n`;

/** Formats the outcome of a stack after its name, with the time that it took. */
export function stackLine(outcome: Outcome, tookMs?: number): string {
  const took = tookMs === undefined ? '' : ` (${formatDuration(tookMs)})`;
  return `${outcome.stack}  ${outcomeWords(outcome)}${took}\n`;
}

/** Formats the ending of one of several stacks. @param width that of the longest name */
export function endedLine(
  outcome: Outcome,
  {
    ended,
    of,
    width,
    seconds,
  }: Readonly<Record<'ended' | 'of' | 'width', number>> & { readonly seconds: string },
): string {
  const count = `[${`${ended}`.padStart(`${of}`.length)}/${of}]`;
  return `${count} ${outcome.stack.padEnd(width)}  ${outcomeWords(outcome)} (${seconds} s)\n`;
}

/** Says why a resource of a stack takes longer than ten seconds; undefined if it is not known. */
export function resourceLine(stack: string, address: string): string | undefined {
  const why = waitAt(address);
  return why === undefined ? undefined : `${stack}  ${why}\n`;
}

/** Says that a deploy keeps objects that the engine treats as broken. */
export const untaintedLine = (stack: string, addresses: readonly string[]): string =>
  `${stack}  ${untaintedWords(addresses)}\n`;

/** Warns, before an entry returns to a selector, that the DNS team was asked to remove its record. */
export const askedRemovalLine = (stack: string, asked: AskedRemoval): string =>
  `${stack}  Warning: ${mayBeRemoved(asked, stack)}\n`;

/** Says how long a stack has been waiting for SES. */
export const waitingLine = ({ stack, reason }: Outcome, leftMs: number): string =>
  `${stack}  ${waitingForSesWords(reason, leftMs)}\n`;

/** Formats, below the meaning of a plan, the objects that a deploy will keep although the engine treats them as broken. */
export const untaintsLine = (addresses: readonly string[]): string =>
  `  ${hintWords({ code: 'TAINTED', facts: { addresses } })}\n`;

/** An outcome for scripts: codes and facts, with the sentences. */
type OutcomeAsData = WithText<Reason> & {
  readonly stack: string;
  readonly ended: Ended;
  readonly exitCode: ExitCode;
  readonly errors: readonly (HandlerError & Required<Pick<HandlerError, 'facts'>>)[];
  readonly hints: readonly WithText<Hint>[];
  /** The stack that prevented it from beginning. */
  readonly because?: string;
};

/** Returns an outcome for scripts. */
export const outcomeAsData = (outcome: Outcome): OutcomeAsData => {
  const { stack, ended, reason, errors, hints, because } = outcome;
  return {
    stack,
    ended,
    ...reason,
    text: reasonWords(reason),
    exitCode: exitCodeOf(outcome),
    // What an engine prints of the function's error has its code, and no facts.
    errors: errors.map((error) => ({ ...error, facts: error.facts ?? {} })),
    hints: hints.map((hint) => ({ ...hint, text: hintWords(hint) })),
    ...(because && { because: because.stack }),
  };
};

/** Returns the meaning of a plan, as in a review, and the AWS resources that it changes. */
export function meaningOfPlan(
  { action, list, states }: Pick<Deployment, 'action' | 'list' | 'states'>,
  stack: string,
  changes: readonly PlannedChange[],
): string {
  const listed = list.domains.find((each) => each.stack === stack);
  const effect = listed && effectOf(listed, action, states.get(stack)?.recordName, changes);
  // A control stack has forty new resources, so only their number is printed.
  const lines = changes
    .filter(({ address, action: to }) => !OWN.test(address) && (listed !== undefined || to !== 'create'))
    .map(({ address, action: to }) => `  ${to} ${address}`);
  const newer = action === 'destroy' ? undefined : newerRevision(states.get(stack));
  const cautions = newer === undefined ? [] : [`  ${outdatedCaution(stack, newer)}`];
  if (mayStopMail({ action, list, states }, stack, changes)) cautions.push(`  ${beforeAPut(action)}`);
  return [`${stack}: ${effect ?? CONTROL_STACK}`, ...cautions, ...lines].join('\n');
}

/** Warns about the mail of a stack that a run plans and nobody is asked about. */
export const mailLine = (stack: string, action: StackAction): string => `${stack}  ${beforeAPut(action)}\n`;

/** Warns about mail. A plan does not show whether SES has the key, which the function only then adopts. */
const beforeAPut = (action: StackAction): string =>
  action === 'destroy' ? BEFORE_A_PUT : `${BEFORE_A_PUT} ${UNLESS_ADOPTED}`;

/** Checks whether a plan may give SES another key of an identity that sends. A managed identity of a new stack sends nothing. */
export function mayStopMail(
  { action, list, states }: Pick<Deployment, 'action' | 'list' | 'states'>,
  stack: string,
  changes: readonly PlannedChange[],
): boolean {
  const listed = list.domains.find((each) => each.stack === stack);
  if (listed === undefined) return false;
  const plans = (resource: RegExp, isPlanned: (to: string) => boolean): boolean =>
    changes.some(({ address, action: to }) => resource.test(address) && isPlanned(to));
  // The other identities are deleted with their stacks.
  if (action === 'destroy')
    return listed.identity === 'existing' && plans(/_Baseline_/, (to) => to === 'delete');
  const isThere = states.get(stack)?.recordName !== undefined || (listed.identity ?? 'managed') !== 'managed';
  return isThere && plans(/_Signing_/, (to) => to !== 'delete');
}

/** Resources that are not worth a line, since the effect describes them. */
const OWN = /^(aws_lambda_invocation|terraform_data)\./;

function effectOf(
  listed: ListedDomain,
  action: StackAction,
  recordBefore: string | undefined,
  changes: readonly PlannedChange[],
): string {
  const { selector } = listed;
  if (action === 'destroy') {
    const effect = stackRemoved(destructionWords(destructionOf(listed, undefined)));
    return listed.record ? `${effect}${recordRemoved(listed.stack)}` : effect;
  }
  const [before] = recordBefore?.split('._domainkey.') ?? [];
  if (before === undefined) return effectWords(additionOf(listed, undefined));
  const isSetAgain = changes.some(({ address }) => /_Signing_/.test(address));
  return signingEffect(before, selector, isSetAgain);
}

/** Returns the warnings before anything is planned. */
export function wordsBefore({ list, states, workspace, unlisted }: Deployment, all: boolean): string[] {
  const name = engineName(workspace.at.engine);
  const others = new Set([...states.values()].flatMap(({ engine }) => (engine ? engineName(engine) : [])));
  others.delete(name);
  const before = [...others].sort().join(', ');
  return [
    ...(before === '' ? [] : [engineChanged(name, workspace.at.engine.path, before)]),
    ...(all ? unlistedWords(unlisted, list.backend) : []),
  ];
}

type Row = readonly [label: string, text: string | undefined];
type StackError = { readonly error: HandlerError; readonly stack?: string };

/**
 * Formats the errors of one code for a person: the problem and the reason of each entry, and then once the common parts: the
 * state of SES, who acts, and what to do.
 */
export function errorBlock(found: readonly StackError[]): string {
  const [{ error, stack: named }] = found as [StackError];
  const { code, advice } = error;
  const row = rowOfCode(code);
  const isOne = found.length === 1;
  const isCommon = found.every((each) => each.error.advice === advice);
  const steps = (todo = row?.todo, stack = '<domain>'): Row[] => [
    ['To do', todo?.replaceAll('<domain>', stack)],
    ['Check', row?.command?.replaceAll('<domain>', stack)],
  ];
  return block([
    ['Error', `${oneLine(code)}${isOne ? '' : `, ${found.length} times`}`],
    ...found.flatMap((each): Row[] => [
      ['Domain', each.stack],
      ['Reason', each.error.message],
      ...(isCommon ? [] : steps(each.error.advice, each.stack)),
    ]),
    ['SES now', isErrorCode(code) ? (ERRORS[code].ses ?? SES_AS_BEFORE) : undefined],
    ['Who', row?.who],
    ...(isCommon ? steps(advice, isOne ? named : undefined) : []),
  ]);
}

const LABEL = 9;
const LINE = new RegExp(`(.{1,${96 - LABEL}})(?: |$)`, 'g');

const block = (rows: readonly Row[]): string =>
  rows
    .flatMap(([name, text]) =>
      text === undefined ? [] : `${name.padEnd(LABEL)}${indented(forTerminal(text).trim())}`,
    )
    .join('\n');

/** Breaks long sentences at spaces. Keeps the lines of tables and commands, which are indented. */
const indented = (text: string): string =>
  text
    .split('\n')
    .flatMap((line) => (/│|^\s|\S{60}|\baws [a-z\d]+ [a-z]/.test(line) ? line : (line.match(LINE) ?? [line])))
    .map((line) => line.trimEnd())
    .join(`\n${' '.repeat(LABEL)}`);

/** Formats each error with its domain, then the hints, each once. */
export function explanations(outcomes: readonly Outcome[]): string[] {
  const errors = grouped(
    outcomes.flatMap(({ stack, errors }) => errors.map((error) => [error.code, { error, stack }] as const)),
  );
  // The topics of all stacks make one table.
  const unread = outcomes.flatMap((each) =>
    each.hints.flatMap((hint) => (hint.code === 'UNREAD_TOPIC' ? [hint.facts] : [])),
  );
  const others = outcomes.map((each) => ({
    ...each,
    hints: each.hints.filter(({ code }) => code !== 'UNREAD_TOPIC'),
  }));
  const hints = grouped(others.flatMap((each) => hintsOf(each).map((hint) => [hint, each.stack] as const)));
  return [
    ...[...errors.values()].map(errorBlock),
    ...[...hints].map(([hint, stacks]) => `${several(stacks)}: ${hint}`),
    ...(unread.length === 0 ? [] : [topicsWords(unread)]),
  ];
}

/** Formats the number of stacks with each outcome: `2 done, 1 refused.` */
export function counts(outcomes: readonly Outcome[]): string {
  const byEnd = grouped(outcomes.map(({ ended, stack }) => [ended, stack] as const));
  return `${[...byEnd].map(([ended, stacks]) => endedWords(ended, stacks.length)).join(', ')}.`;
}

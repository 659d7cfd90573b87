import { ERROR_CATALOGUE, whatToDo } from '../../handlers/error-catalogue';
import { oneLine } from '../../handlers/escape';
import { EXIT, type ExitCode, exitCodeOfError, worst } from '../exit-codes';
import type { EngineEnd, PlannedChange } from './engine';
import { findHandlerErrors, type HandlerError } from './handler-errors';
import { type Action, adviceAfter, hintsFor } from './hints';
import { isPlanCode, planRefusals } from './plan-refusals';

/** How a stack's run ended. */
export interface Outcome {
  readonly stack: string;
  readonly ended:
    | 'done'
    /** Done; SES has not verified the record yet. */
    | 'waits for SES'
    | 'unchanged'
    /** There are changes, and none was made. */
    | 'planned'
    /** The function or this command refused it: see `errors`. */
    | 'refused'
    | 'failed'
    | 'interrupted'
    | 'not begun';
  /** Counts, such as `5 added, 0 changed, 0 destroyed`; or the reason. */
  readonly told: string;
  readonly errors: readonly HandlerError[];
  /** What to do where the engine's own words do not say it. */
  readonly hints: readonly string[];
  /** The stack that it was not begun for: its exit code counts here as well. */
  readonly because?: Outcome;
}

const of = (stack: string, ended: Outcome['ended'], told: string, more: Partial<Outcome> = {}): Outcome => ({
  stack,
  ended,
  told,
  errors: [],
  hints: [],
  ...more,
});

/** What an engine was run for. */
export interface Context {
  readonly action: Action;
  readonly isInterrupted: boolean;
  /** Whether anybody is notified. */
  readonly hasTopics: boolean;
}

/** What a plan means: exit code 0 is no change, 2 is some. */
export function afterPlan(stack: string, end: EngineEnd, context: Context): Outcome {
  const { exitCode, changes, counts } = end;
  const isPlanned = exitCode === 0 || exitCode === 2;
  const refusals = context.action === 'destroy' ? [] : planRefusals(isPlanned ? changes : kept(end));
  if (refusals.length > 0) return refused(stack, refusals);
  if (!isPlanned) return failure(stack, end, context);
  if (exitCode === 0) return of(stack, 'unchanged', 'no changes');
  const { add = 0, change = 0, remove = 0 } = counts ?? {};
  return of(stack, 'planned', `${add} to add, ${change} to change, ${remove} to destroy`);
}

/** What the engine refused to plan by itself. */
const kept = ({ output }: EngineEnd): PlannedChange[] =>
  [...output.matchAll(/Resource (\S+) has lifecycle\.prevent_destroy set/g)].map(([, address = '']) => ({
    address,
    action: 'delete',
  }));

/** What an apply means. */
export function afterApply(stack: string, end: EngineEnd, context: Context): Outcome {
  if (end.exitCode !== 0) return failure(stack, end, context);
  const { add = 0, change = 0, remove = 0 } = end.counts ?? {};
  const told = `${add} added, ${change} changed, ${remove} destroyed`;
  const waits = context.action === 'deploy' && end.outputs.verified === false;
  return of(stack, waits ? 'waits for SES' : 'done', told, {
    hints: adviceAfter(end.output, context.hasTopics),
  });
}

export const refused = (stack: string, errors: readonly HandlerError[]): Outcome =>
  of(stack, 'refused', errors[0]!.code, { errors });

export const notBegun = (stack: string, told: string, because?: Outcome): Outcome =>
  of(stack, 'not begun', told, because && { because });

function failure(
  stack: string,
  { output, exitCode }: EngineEnd,
  { action, isInterrupted }: Context,
): Outcome {
  const more = { errors: findHandlerErrors(output), hints: hintsFor(output, action) };
  if (more.errors.length > 0) return of(stack, 'refused', more.errors[0]!.code, more);
  if (isInterrupted) return of(stack, 'interrupted', 'ended in order; run it again', more);
  return of(stack, 'failed', firstError(output) ?? `the engine ended with ${exitCode}`, more);
}

const firstError = (output: string): string | undefined =>
  oneLine(/Error: (.+)/.exec(output)?.[1]?.trim().slice(0, 200) ?? '') || undefined;

export function exitCodeOf({ ended, errors, because }: Outcome): ExitCode {
  if (because) return exitCodeOf(because);
  if (ended === 'refused')
    return worst(errors.map(({ code }) => (isPlanCode(code) ? EXIT.wrong : exitCodeOfError(code))));
  if (ended === 'interrupted') return EXIT.interrupted;
  return ended === 'failed' || ended === 'not begun' ? EXIT.failed : EXIT.ok;
}

/** Who has to do what; empty where nobody has to. */
export function nextStep(outcome: Outcome): { who: string; what: string } {
  const { ended, errors, hints, told, stack } = outcome;
  const { code = '', advice } = errors[0] ?? {};
  if (Object.hasOwn(ERROR_CATALOGUE, code)) {
    const known = code as keyof typeof ERROR_CATALOGUE;
    const { todo } = whatToDo(known, undefined, stack);
    return { who: ERROR_CATALOGUE[known].who, what: firstSentence(todo) };
  }
  if (ended === 'waits for SES') return { who: 'SES', what: '`byodkim status`' };
  if (exitCodeOf(outcome) === EXIT.ok) return { who: '', what: '' };
  return { who: 'platform engineer', what: firstSentence(advice ?? hints[0] ?? told) };
}

const firstSentence = (text: string): string => /^.+?[.;](?=\s|$)/s.exec(text)?.[0] ?? text;

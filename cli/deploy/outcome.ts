import { oneLine } from '../../handlers/escape';
import { EXIT, type ExitCode, exitCodeOfError, worst } from '../exit-codes';
import type { EngineEnd } from './engine';
import { findHandlerErrors, type HandlerError } from './handler-errors';
import { type Action, adviceAfter, hintsFor } from './hints';
import { isPlanCode, planRefusals } from './plan-refusals';

/** How a stack's run ended. */
export interface Outcome {
  readonly stack: string;
  /** `waits for SES`: done, but SES has not verified the record yet. `refused`: see `errors`. */
  readonly ended:
    | 'done'
    | 'waits for SES'
    | 'unchanged'
    | 'planned'
    | 'refused'
    | 'failed'
    | 'interrupted'
    | 'not begun';
  /** Counts, such as `5 added, 0 changed, 0 destroyed`; or the reason. */
  readonly detail: string;
  readonly errors: readonly HandlerError[];
  /** What to do where the engine's own words do not say it. */
  readonly hints: readonly string[];
  /** The stack that it was not begun for: its exit code counts here as well. */
  readonly because?: Outcome;
}

const outcome = (
  stack: string,
  ended: Outcome['ended'],
  detail: string,
  more: Partial<Outcome> = {},
): Outcome => ({ stack, ended, detail, errors: [], hints: [], ...more });

/** What an engine was run for. */
export interface Context {
  readonly action: Action;
  readonly isInterrupted: boolean;
  /** Whether anybody is notified. */
  readonly hasTopics: boolean;
}

/** Reads the end of a plan: exit code 0 is no change, 2 is some. */
export function afterPlan(stack: string, end: EngineEnd, context: Context): Outcome {
  const { exitCode, changes, counts } = end;
  const isPlanned = exitCode === 0 || exitCode === 2;
  const refusals = context.action === 'destroy' ? [] : planRefusals(isPlanned ? changes : kept(end));
  if (refusals.length > 0) return refused(stack, refusals);
  if (!isPlanned) return failure(stack, end, context);
  if (exitCode === 0) return outcome(stack, 'unchanged', 'no changes');
  const { add = 0, change = 0, remove = 0 } = counts ?? {};
  return outcome(stack, 'planned', `${add} to add, ${change} to change, ${remove} to destroy`);
}

/** Returns what the engine refused to delete by itself. */
const kept = ({ output }: EngineEnd): EngineEnd['changes'] =>
  [...output.matchAll(/Resource (\S+) has lifecycle\.prevent_destroy set/g)].map(([, address = '']) => ({
    address,
    action: 'delete',
  }));

/** Reads the end of an apply. */
export function afterApply(stack: string, end: EngineEnd, context: Context): Outcome {
  if (end.exitCode !== 0) return failure(stack, end, context);
  const { add = 0, change = 0, remove = 0 } = end.counts ?? {};
  const waits = context.action === 'deploy' && end.outputs.verified === false;
  return outcome(
    stack,
    waits ? 'waits for SES' : 'done',
    `${add} added, ${change} changed, ${remove} destroyed`,
    { hints: adviceAfter(end.output, context.hasTopics) },
  );
}

export const refused = (stack: string, errors: readonly HandlerError[]): Outcome =>
  outcome(stack, 'refused', errors[0]!.code, { errors });

export const notBegun = (stack: string, reason: string, because?: Outcome): Outcome =>
  outcome(stack, 'not begun', reason, because && { because });

function failure(stack: string, { output, exitCode }: EngineEnd, context: Context): Outcome {
  const more = { errors: findHandlerErrors(output), hints: hintsFor(output) };
  if (more.errors.length > 0) return outcome(stack, 'refused', more.errors[0]!.code, more);
  if (context.isInterrupted) return outcome(stack, 'interrupted', 'ended in order; run it again', more);
  const [, summary = ''] = /Error: (.+)/.exec(output) ?? [];
  const detail = oneLine(summary.trim().slice(0, 200)) || `the engine ended with ${exitCode}`;
  return outcome(stack, 'failed', detail, more);
}

export function exitCodeOf({ ended, errors, because }: Outcome): ExitCode {
  if (because) return exitCodeOf(because);
  if (ended === 'refused')
    return worst(errors.map(({ code }) => (isPlanCode(code) ? EXIT.wrong : exitCodeOfError(code))));
  if (ended === 'interrupted') return EXIT.interrupted;
  return ended === 'failed' || ended === 'not begun' ? EXIT.failed : EXIT.ok;
}

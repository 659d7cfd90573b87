import { ERROR_CATALOGUE, whatToDo } from '../../../handlers/error-catalogue';
import { oneLine } from '../../../handlers/escape';
import { EXIT, type ExitCode, exitCodeOfError, worst } from '../../exit-codes';
import { findHandlerErrors, type HandlerError } from '../handler-errors';
import { adviceAfter, hintsFor } from '../hints';

/** How a stack's run ended. */
export interface Outcome {
  readonly stack: string;
  readonly ended:
    | 'done'
    | 'unchanged'
    /** The function said no, before or after it changed anything: `errors` tells. */
    | 'refused'
    | 'failed'
    | 'interrupted'
    | 'not begun';
  /** The engine's own count, such as `5 added, 0 changed, 0 destroyed`; or why it was not begun. */
  readonly told: string;
  /** What the function threw. */
  readonly errors: readonly HandlerError[];
  /** What to do where the engine's own words do not say it. */
  readonly hints: readonly string[];
  readonly seconds: number;
  /** What it was not begun for: it is as ready as that. */
  readonly because?: Outcome;
}

/** What a run of the engine means. */
export function outcomeOf(
  stack: string,
  { exitCode, output, seconds }: { exitCode: number; output: string; seconds: number },
  interrupted: boolean,
): Outcome {
  const failed = exitCode !== 0 && exitCode !== 2;
  const errors = failed ? findHandlerErrors(output) : [];
  const base = { stack, errors, hints: failed ? hintsFor(output) : adviceAfter(output), seconds };
  if (!failed) {
    const told = countIn(output);
    return { ...base, ended: told === undefined ? 'unchanged' : 'done', told: told ?? 'no changes' };
  }
  if (errors.length > 0) return { ...base, ended: 'refused', told: errors[0]!.code };
  if (interrupted) return { ...base, ended: 'interrupted', told: 'ended in order; deploy it again' };
  return { ...base, ended: 'failed', told: firstError(output) ?? `the engine ended with ${exitCode}` };
}

export const notBegun = (stack: string, told: string, because?: Outcome): Outcome => ({
  stack,
  ended: 'not begun',
  told,
  errors: [],
  hints: [],
  seconds: 0,
  ...(because && { because }),
});

/** `undefined`: there was nothing to do. */
function countIn(output: string): string | undefined {
  const found =
    /(?:Apply|Destroy) complete! Resources: (.+?)\.\s*$/m.exec(output) ?? /^Plan: (.+?)\.\s*$/m.exec(output);
  if (!found) return /Changes to Outputs:/.test(output) ? 'outputs' : undefined;
  return /^(0 \w+(?:, )?)+$/.test(found[1]!) ? undefined : found[1];
}

const firstError = (output: string): string | undefined =>
  oneLine(/Error: (.+)/.exec(output)?.[1]?.trim().slice(0, 200) ?? '') || undefined;

export function exitCodeOf({ ended, errors, because }: Outcome): ExitCode {
  if (because) return exitCodeOf(because);
  if (ended === 'done' || ended === 'unchanged') return EXIT.ok;
  if (ended === 'refused') return worst(errors.map(({ code }) => exitCodeOfError(code)));
  return ended === 'interrupted' ? EXIT.interrupted : EXIT.failed;
}

/** Who has to do what; empty where nobody has to. */
export function nextStep(outcome: Outcome): { who: string; what: string } {
  const code = outcome.errors[0]?.code ?? '';
  if (Object.hasOwn(ERROR_CATALOGUE, code)) {
    const known = code as keyof typeof ERROR_CATALOGUE;
    const { todo } = whatToDo(known, undefined, outcome.stack);
    return { who: ERROR_CATALOGUE[known].who, what: firstSentence(todo) };
  }
  if (outcome.ended === 'done' || outcome.ended === 'unchanged') return { who: '', what: '' };
  const what = outcome.hints[0] ?? outcome.told;
  return { who: 'platform engineer', what: firstSentence(what) };
}

const firstSentence = (text: string): string => /^.+?[.;](?=\s|$)/s.exec(text)?.[0] ?? text;

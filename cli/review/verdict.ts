/** Makes a readiness: adds its words, who acts next, and the report. */

import type { ListedDomain } from '../../list/domain-list';
import { messageAndAdvice } from '../dns/report';
import { exitCodeOfError } from '../errors/failure-catalogue';
import { EXIT, type ExitCode, worst } from '../facts/exit-codes';
import type { HandlerError } from '../facts/failures';
import type { Readiness, ReadinessState } from '../facts/readiness';
import { NEXT_ALIAS, NEXT_DEPLOY, NEXT_FIRST_DEPLOY, nextStepOf, readinessWords } from '../words/readiness';

/** What keeps a deploy from passing: an error, or an outcome of the gate. */
export type Blocker = Pick<HandlerError, 'message' | 'advice'> & { readonly code?: string | undefined };

/** Returns the readiness of an entry whose deploy passes. */
export const passes = (state: ReadinessState, isPublished = false): Readiness => ({
  ...state,
  exitCode: EXIT.ok,
  words: readinessWords(state),
  isPublished,
  next: NEXT_DEPLOY,
});

/** Returns the readiness of an entry whose first deploy makes the key, and stops until its record is published. */
export function beginsByDeploy(): Readiness {
  const state: ReadinessState = { code: 'DEPLOY_ASKS', facts: {} };
  return {
    ...state,
    exitCode: EXIT.notReady,
    words: readinessWords(state),
    isPublished: false,
    next: NEXT_FIRST_DEPLOY,
  };
}

/**
 * Returns the readiness of an entry whose deploy does not pass.
 * @param blockers what keeps it, at least one
 * @param report formatted already, if the blockers do not say all
 */
export function blocked(
  { stack, record }: ListedDomain,
  state: ReadinessState,
  blockers: readonly Blocker[],
  report = blockers.map(messageAndAdvice).join('\n\n'),
): Readiness {
  const exitCode = worst(blockers.map(exitCodeOf));
  const first = blockers.find((each) => exitCodeOf(each) === exitCode)!;
  const next = nextStepOf(first.code ?? '', stack);
  return {
    ...state,
    exitCode,
    words: readinessWords(state),
    isPublished: false,
    next: record && next.who === 'the DNS team' ? { ...next, who: 'you' } : next,
    report: report.replaceAll('<domain>', stack),
  };
}

/** Returns the readiness of a delegated domain that has no alias to where the stack publishes. */
export const withoutAlias = (listed: ListedDomain, target: string, error: Blocker): Readiness => ({
  ...blocked(listed, { code: 'NO_ALIAS', facts: { target } }, [error]),
  next: NEXT_ALIAS,
});

/** Adds the refusals of the function to a readiness by DNS. */
export function refusedToo(
  listed: ListedDomain,
  refusals: readonly HandlerError[],
  byDns: Readiness,
): Readiness {
  const errors = refusals.map(({ code }) => code);
  // A deploy that is refused publishes nothing.
  const passesByDeploy = byDns.exitCode === EXIT.ok && !byDns.isPublished;
  const { code, facts } = byDns;
  const dns = passesByDeploy ? null : ({ code, facts } as ReadinessState);
  const all = blocked(listed, { code: 'REFUSED', facts: { errors, dns } }, refusals);
  return { ...all, report: [all.report, byDns.report ?? []].flat().join('\n\n') };
}

/** Returns the exit code of a blocker: of a review no failure is less than wrong. */
function exitCodeOf({ code }: Blocker): ExitCode {
  const exitCode = exitCodeOfError(code);
  return exitCode === EXIT.failed ? EXIT.wrong : exitCode;
}

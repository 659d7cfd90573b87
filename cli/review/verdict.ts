/** Makes a readiness with its words, the next step, and the report. */

import { proofWords } from '../../handlers/words/errors';
import type { GateOutcome, MailFromOutcome } from '../../handlers/words/gate';
import { type ListedDomain, publishingOf } from '../../list/domain-list';
import { messageAndAdvice } from '../dns/report';
import { exitCodeOfError } from '../errors/decisions';
import { entryError } from '../errors/failure-catalogue';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import { type HandlerError, RECORD_MAY_EXIST } from '../words/failures';
import {
  NEXT_ALIAS,
  NEXT_DEPLOY,
  NEXT_FIRST_DEPLOY,
  nextStepOf,
  type Readiness,
  type ReadinessState,
  readinessWords,
} from '../words/readiness';

/** An obstacle to a deploy: an error, or an outcome of the gate. */
type Blocker = Pick<HandlerError, 'message' | 'advice'> & { readonly code?: string | undefined };

/** Returns the obstacle of a proof that is not ready. */
export const blockerOf = (outcome: GateOutcome | MailFromOutcome): Blocker => ({
  code: outcome.code,
  ...proofWords(outcome),
});

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
 * @param blockers the obstacles, at least one
 * @param report the formatted report, if the blockers do not contain everything
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

/** Returns the readiness of a delegated domain without an alias to the stack's record. */
export const withoutAlias = (listed: ListedDomain, target: string, error: Blocker): Readiness => ({
  ...blocked(listed, { code: 'NO_ALIAS', facts: { target } }, [error]),
  next: NEXT_ALIAS,
});

/**
 * Returns the readiness of an entry whose records are in DNS, and which the deploy would create in the hosted zone. A person
 * has to know whether it is that zone from which DNS is served.
 */
export function recordsThere(listed: ListedDomain, names: readonly string[]): Readiness {
  const hostedZoneId = publishingOf(listed)?.hostedZoneId ?? '';
  const facts = { names, hostedZoneId };
  const error = { ...entryError({ code: 'RECORD_EXISTS', facts }), advice: RECORD_MAY_EXIST };
  return { ...blocked(listed, { code: 'RECORD_THERE', facts }, [error]), exitCode: EXIT.notReady };
}

/** Adds the refusals of the function to a readiness by DNS. */
export function refusedToo(
  listed: ListedDomain,
  refusals: readonly HandlerError[],
  byDns: Readiness,
): Readiness {
  const errors = refusals.map(({ code }) => code);
  // A refused deploy publishes nothing.
  const passesByDeploy = byDns.exitCode === EXIT.ok && !byDns.isPublished;
  const { code, facts } = byDns;
  const dns = passesByDeploy ? null : ({ code, facts } as ReadinessState);
  const all = blocked(listed, { code: 'REFUSED', facts: { errors, dns } }, refusals);
  return { ...all, report: [all.report, byDns.report ?? []].flat().join('\n\n') };
}

/** Returns the exit code of a blocker. In a review, every failure is at least wrong. */
function exitCodeOf({ code }: Blocker): ExitCode {
  const exitCode = exitCodeOfError(code);
  return exitCode === EXIT.failed ? EXIT.wrong : exitCode;
}

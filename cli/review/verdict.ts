/** Makes a readiness with its exit code, the next step, and everything to be reported. */

import type { GateOutcome, MailFromOutcome } from '../../handlers/words/gate';
import { type ListedDomain, publishingOf } from '../../list/domain-list';
import { exitCodeOfError } from '../errors/decisions';
import { recordMayExist } from '../errors/failure-catalogue';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import type { HandlerError } from '../words/failures';
import type { Obstacle, Readiness, ReadinessState, Reported } from '../words/readiness';

/** An obstacle of whatever stack. */
type Blocker = Obstacle extends infer Each ? (Each extends Obstacle ? Omit<Each, 'stack'> : never) : never;

const errorsOf = (errors: readonly Reported[]): Blocker[] =>
  errors.map((error) => ({ kind: 'error', error }));

/** Returns the readiness of an entry whose deploy passes. */
export const passes = (state: ReadinessState, isPublished = false): Readiness => ({
  ...state,
  exitCode: EXIT.ok,
  isPublished,
  next: { code: 'DEPLOY', facts: {} },
  obstacles: [],
});

/** Returns the readiness of an entry whose first deploy makes the key, and stops until its record is published. */
export const beginsByDeploy = (): Readiness => ({
  code: 'DEPLOY_ASKS',
  facts: {},
  exitCode: EXIT.notReady,
  isPublished: false,
  next: { code: 'FIRST_DEPLOY', facts: {} },
  obstacles: [],
});

/**
 * Returns the readiness of an entry whose deploy does not pass.
 * @param errors at least one
 */
export const blocked = (
  listed: ListedDomain,
  state: ReadinessState,
  errors: readonly Reported[],
): Readiness => blockedBy(listed, state, errorsOf(errors));

/** Returns the readiness of an entry whose record is not proved. */
export const unproved = (listed: ListedDomain, state: ReadinessState, outcome: GateOutcome): Readiness =>
  blockedBy(listed, state, [{ kind: 'record', outcome }]);

/** Returns the readiness of an entry whose MAIL FROM domain is not proved. */
export const unprovedMailFrom = (
  listed: ListedDomain,
  state: ReadinessState,
  outcome: MailFromOutcome,
): Readiness => blockedBy(listed, state, [{ kind: 'mail-from', outcome }]);

function blockedBy(
  { stack, record }: ListedDomain,
  state: ReadinessState,
  blockers: readonly Blocker[],
): Readiness {
  const codes = blockers.map((each) => (each.kind === 'error' ? each.error : each.outcome).code);
  const exitCode = worst(codes.map(exitCodeOf));
  const error = codes.find((code) => exitCodeOf(code) === exitCode) ?? '';
  return {
    ...state,
    exitCode,
    isPublished: false,
    next: { code: 'RESOLVE', facts: { error, stack, publishes: record !== undefined } },
    obstacles: blockers.map((each) => ({ ...each, stack })),
  };
}

/** Returns the readiness of a delegated domain without an alias to the stack's record. */
export const withoutAlias = (listed: ListedDomain, target: string, error: Reported): Readiness => ({
  ...blocked(listed, { code: 'NO_ALIAS', facts: { target } }, [error]),
  next: { code: 'PUBLISH_ALIAS', facts: {} },
});

/**
 * Returns the readiness of an entry whose records are in DNS, and which the deploy would create in the hosted zone. A person
 * has to know whether it is that zone from which DNS is served.
 */
export function recordsThere(listed: ListedDomain, names: readonly string[]): Readiness {
  const hostedZoneId = publishingOf(listed)?.hostedZoneId ?? '';
  const facts = { names, hostedZoneId };
  const error = recordMayExist(facts);
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
  return { ...all, obstacles: [...all.obstacles, ...byDns.obstacles] };
}

/** Returns the exit code of a problem. In a review, every failure is at least wrong. */
function exitCodeOf(code: string | undefined): ExitCode {
  const exitCode = exitCodeOfError(code);
  return exitCode === EXIT.failed ? EXIT.wrong : exitCode;
}

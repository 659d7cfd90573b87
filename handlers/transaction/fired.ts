/** Handles a revert schedule that has fired: rolls back its change, finds it done, or arms another check. */

import type { SigningState } from '../aws/email-identity';
import { FAILURE_NOTICE, REVERT_RETRY } from '../budgets';
import { DAY_MS, iso, MINUTE_MS } from '../clock';
import { ledgerObject, s3Uri } from '../contract/contract';
import type { Firing, Place } from '../contract/input/event';
import { asByodkimError, ByodkimError, hasCode } from '../errors/errors';
import { deadlineOf, isWaiting, type Ledger, type Open } from '../ledger/ledger';
import type { Fired } from '../ledger/results';
import { Session } from '../ledger/session';
import { stillHas } from '../ledger/signing-state';
import * as transitions from '../ledger/transitions';
import { notSent } from '../notices/publish';
import type { NothingDone } from '../words/results';
import type { World } from '../world';
import { noteOf, nothingReverted } from './answers';
import { planCheck, planRetry } from './arming';
import { arm } from './confirmed-commit';
import { revertOpen } from './revert';

/**
 * Does nothing unless exactly this arming is still waiting. After any failure, arms the same number again. Also throws the
 * first failure, so that Lambda repeats it and an alarm is raised, but not one that people already know.
 * @throws ByodkimError as `revertOpen`.
 */
export async function fired(world: World, target: Place, firing: Firing): Promise<Fired> {
  const session = Session.open(world, target, 'rollback');
  try {
    if ((await session.read()) === null) throw ledgerMissing(session);
    return await session.withLease(() => act(session, firing));
  } catch (thrown) {
    const error = asByodkimError(thrown);
    const isArmed = await armIfKnown(session, firing, error);
    if (await noteFailure(session, firing, error)) throw error;
    if (!isArmed || firing.retries === 0) throw error.with({ notice: notSent({ kind: 'known-failure' }) });
    return nothingReverted(target.domain, { kind: 'failed-again', problem: error.message });
  }
}

/**
 * Records in the ledger why a firing failed, and decides whether people are notified: of the first of consecutive failures, of
 * each new code among them, and once a day.
 */
async function noteFailure(
  session: Session,
  firing: Firing,
  { code, message: what }: ByodkimError,
): Promise<boolean> {
  const at = session.now();
  const { open } = session.ledger;
  // Another run's lease must not be overwritten.
  if (open?.armed?.number !== firing.arming || session.isLeaseHeld()) return isNewsByCount(firing);
  const before = open.failing;
  const isAgain = before === undefined || at - before.notifiedAt >= FAILURE_NOTICE.againMs;
  // If two causes alternate, each is reported once, and not at every change between them.
  const known = isAgain ? [] : (before.codes ?? [before.code]);
  const isNews = !known.includes(code);
  const codes = isNews ? [...known, code] : known;
  const notifiedAt = isAgain ? at : before.notifiedAt;
  const why = { code, codes, what, since: before?.since ?? at, at, notifiedAt };
  try {
    await session.finish(transitions.failing(session.ledger, open, why));
    return isNews;
  } catch (error) {
    session.warn('failure-not-recorded', error);
    return isNewsByCount(firing);
  }
}

/** Checks whether to notify of a failure without a ledger: of the first one, and of about one a day. */
function isNewsByCount({ retries }: Firing): boolean {
  const { often, seldom } = REVERT_RETRY;
  return (
    retries === 0 || (retries >= often.times && (retries - often.times) % (DAY_MS / seldom.everyMs) === 0)
  );
}

/**
 * Arms a failed firing again. Without a ledger that shows the arming, callers with only lambda:InvokeFunction could create
 * unlimited schedules: so each identity has at most one until its ledger is restored.
 * @returns whether it is armed
 */
async function armIfKnown(session: Session, firing: Firing, error: ByodkimError): Promise<boolean> {
  const { facts } = hasCode(error, 'DEPENDENCY_FAILED') ? error : {};
  if (facts?.kind !== 'object' || facts.arming === firing.arming) return armAgain(session, firing);
  const { identities } = session.services;
  const isOfIdentity = async () => (await identities.get(session.place.domain).catch(() => null)) !== null;
  return facts.problem.kind === 'missing' && (await isOfIdentity()) && armAgain(session, firing, 0);
}

/** Arms a failed firing again. This needs neither lease nor ledger, which may have caused the failure. */
async function armAgain(session: Session, fired: Firing, named = fired.arming): Promise<boolean> {
  const { place, world } = session;
  const { log } = world;
  const retry = planRetry(session.now(), place, { number: fired.arming, retries: fired.retries, named });
  if (retry === null) {
    log.error('revert-given-up', { ...place });
    return false;
  }
  try {
    await arm(session, retry, fired.transaction, fired.retries + 1);
    log.warn('revert-armed-again', { ...place, at: retry.at });
    return true;
  } catch (error) {
    log.error('revert-not-armed', { ...place, error: String(error) });
    return false;
  }
}

/** Reports a missing ledger. An armed change always has a ledger, so it was removed, or the function reads another bucket. */
function ledgerMissing({ place, world }: Session): ByodkimError {
  const key = ledgerObject(place.region, place.domain);
  const resource = s3Uri({ bucket: world.environment.keyStoreBucket, key });
  const problem = { kind: 'missing' } as const;
  return new ByodkimError('DEPENDENCY_FAILED', { kind: 'object', resource, object: 'ledger', problem });
}

async function act(session: Session, { transaction, arming }: Firing): Promise<Fired> {
  const { open } = session.ledger;
  const { domain } = session.place;
  if (open === null || open.armed?.number !== arming)
    return nothingReverted(domain, { kind: 'not-awaited', transaction });
  if (!isWaiting(open)) {
    const reason = earlierReason(session.ledger, open);
    return { ...(await revertOpen(session, open)), ...reason };
  }
  const state = await session.services.identities.get(domain);
  const check = decideCheck(open, state, session.now());
  return check.kind === 'revert' ? revertUnverified(session, open, state!) : endCheck(session, open, check);
}

/** Returns the reason of a rollback that began before and failed, if its change was confirmed. */
function earlierReason({ unverified }: Ledger, open: Open): Pick<Fired, 'unverified' | 'begun_before'> {
  if (open.state !== 'undoing' || open.checks === undefined || open.destroys) return {};
  if (unverified?.transaction !== open.transaction || unverified.at < open.startedAt)
    return { begun_before: true };
  const { selector, minutes, status, verification, times } = unverified;
  return { unverified: { selector, minutes, status, verification, times } };
}

/** Result of a check of a confirmed change. */
export type Check =
  | { readonly kind: 'done' }
  | { readonly kind: 'again' }
  | { readonly kind: 'revert' }
  /** SES has a state that this project did not set. */
  | { readonly kind: 'abandon'; readonly why: 'identity-gone' | 'set-since' };

export function decideCheck(open: Open, state: SigningState | null, now: number): Check {
  if (state === null) return { kind: 'abandon', why: 'identity-gone' };
  if (!stillHas(state, open.wanted.selector)) return { kind: 'abandon', why: 'set-since' };
  if (state.status === 'SUCCESS') return { kind: 'done' };
  return state.status === 'FAILED' || now >= deadlineOf(open) ? { kind: 'revert' } : { kind: 'again' };
}

async function endCheck(
  session: Session,
  open: Open,
  check: Exclude<Check, { kind: 'revert' }>,
): Promise<Fired> {
  const now = session.now();
  const { selector } = open.wanted;
  const answer = (why: NothingDone) => nothingReverted(session.place.domain, why);
  switch (check.kind) {
    case 'done':
      await session.finish(transitions.verified(session.ledger, open, now));
      return {
        ...answer({ kind: 'verified', selector }),
        verified: true,
        selector,
        after_minutes: minutesSincePut(open, now),
      };
    case 'abandon':
      await session.finish(
        transitions.changeAbandoned(session.ledger, open, noteOf({ kind: check.why }), now),
      );
      return answer({ kind: check.why });
    case 'again': {
      const armed = await arm(session, planCheck(now, session.ledger, open), open.transaction);
      await session.finish(transitions.checked(session.ledger, open, armed));
      const at = iso(armed.at);
      return {
        ...answer({ kind: 'pending', selector, checksAt: at }),
        checks_at: at,
      };
    }
  }
}

/** Rolls back a change that SES has not verified in time. The next plan prints why. */
async function revertUnverified(session: Session, open: Open, state: SigningState): Promise<Fired> {
  const now = session.now();
  const { status, verification } = state;
  const seen = { status, minutes: minutesSincePut(open, now), verification };
  const unverified = transitions.unverifiedChange(session.ledger, open, seen, now);
  // SES reports PENDING until it has verified a record for the first time, and signs with no key of this project until
  // then.
  const hasSigned = status !== 'PENDING' || open.result?.final_dkim_status === 'SUCCESS';
  const reverted = await revertOpen(session, open, { unverified, hasSigned });
  const { selector, times } = unverified;
  return { ...reverted, unverified: { selector, ...seen, times } };
}

const minutesSincePut = ({ putAt, startedAt }: Open, now: number): number =>
  Math.round((now - (putAt ?? startedAt)) / MINUTE_MS);

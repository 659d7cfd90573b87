/**
 * The confirmed commit (RFC 6241 §8.4): a revert schedule stays armed for every change until its stack has reached its
 * end and SES says SUCCESS. fired.ts has what happens when it fires.
 */
import { createHash } from 'node:crypto';
import { REVERT_RETRY, VERIFICATION_CHECKS } from '../budgets';
import { iso, MINUTE_MS } from '../clock';
import { ACTIONS, SES_VERIFIES_HOURS, VERIFICATION_WAIT_SECONDS } from '../contract';
import type { Firing, SigningRequest } from '../event';
import {
  type Arming,
  deadlineOf,
  isWaiting,
  type Ledger,
  type Open,
  type Place,
  type Snapshot,
  signed,
} from '../ledger/ledger';
import { confirmed, verified } from '../ledger/transitions';
import type { Session } from './session';

const SHORT_MINUTES = 60;
const LONG_MINUTES = SES_VERIFIES_HOURS * 60;

/** Plans the revert of a change that starts now: the time to confirm begins when SES had its time to verify. */
export function planArming(now: number, request: SigningRequest, ledger: Ledger): Arming | null {
  if (request.confirmTimeoutMinutes === 0) return null;
  const verifiedBy = now + VERIFICATION_WAIT_SECONDS * 1000;
  return planned(request, ledger, now, verifiedBy + request.confirmTimeoutMinutes * MINUTE_MS);
}

/**
 * Returns how long SES has to verify: where the identity signed before, mail goes out unsigned meanwhile; where nothing
 * signed, nothing is lost by waiting as long as SES tries.
 */
export function verificationMinutes(
  { verification }: SigningRequest,
  { baseline, unverified }: Ledger,
  previous: Snapshot,
): number {
  // What was just restored may not be verified again yet.
  const isMissed = signed(previous) || unverified?.signed === true || (baseline !== null && signed(baseline));
  return verification.timeoutMinutes ?? (isMissed ? SHORT_MINUTES : LONG_MINUTES);
}

/**
 * Plans the same arming once more, after a firing that failed. The number stays, so that it is good even when the ledger
 * cannot be written. The times lie on a grid, so that many failures in one span make one schedule: Lambda repeats each
 * firing, and without the grid each failure would double their number.
 * @param named the number in the schedule's name
 * @returns `null`: it was tried long enough; a person must act
 */
export function planRetry(
  now: number,
  place: Place,
  number: number,
  retries: number,
  named = number,
): Arming | null {
  const { often, seldom } = REVERT_RETRY;
  if (retries >= often.times + seldom.times) return null;
  const { everyMs } = retries < often.times ? often : seldom;
  const slot = Math.ceil((now + everyMs / 2) / everyMs);
  return { number, schedule: `${scheduleName(place, named)}-${slot.toString(36)}`, at: slot * everyMs };
}

/** Returns the arming that this change made; `null` where it only took over that of the change before it. */
export const ownArming = (before: Ledger, { armed }: Open): Arming | null =>
  armed?.number === before.open?.armed?.number ? null : armed;

/** Numbers an arming later than any before it, even when the ledger was lost and an older schedule still waits. */
function planned(place: Place, { armings }: Ledger, now: number, at: number): Arming {
  const number = Math.max(armings + 1, Math.floor(now));
  return { number, schedule: scheduleName(place, number), at };
}

/** @throws ByodkimError DEPENDENCY_FAILED, ACCESS_DENIED. */
export async function arm(
  { services, place: { domain, region } }: Session,
  arming: Arming,
  transaction: string,
  retries?: number,
): Promise<void> {
  await services.schedules.create({
    name: arming.schedule,
    at: arming.at,
    payload: {
      action: ACTIONS.revertUnconfirmed,
      domain,
      region,
      transaction,
      arming: arming.number,
      retries,
    },
  });
}

/** Arms a change that nothing would revert by itself. @throws ByodkimError DEPENDENCY_FAILED, ACCESS_DENIED. */
export async function armFirstRetry(session: Session, transaction: string): Promise<Arming> {
  const now = session.now();
  const armed = planned(session.place, session.ledger, now, now + REVERT_RETRY.often.everyMs);
  await arm(session, armed, transaction);
  return armed;
}

/** Arms a failed firing once more. Needs neither lease nor ledger: they may be what failed. */
export async function armAgain(session: Session, fired: Firing, named = fired.arming): Promise<void> {
  const { place, world } = session;
  const { log } = world;
  const retry = planRetry(session.now(), place, fired.arming, fired.retries, named);
  if (retry === null) {
    log.error('The revert was tried long enough and is given up; a person must act', { ...place });
    return;
  }
  try {
    await arm(session, retry, fired.transaction, fired.retries + 1);
    log.warn('The revert failed and is armed again', { ...place, at: retry.at });
  } catch (error) {
    log.error('The revert could not be armed again', { ...place, error: String(error) });
  }
}

/**
 * Removes a schedule that the ledger no longer waits for. If that fails, the schedule fires once and does nothing: so a
 * failure is a warning.
 */
export async function disarm(session: Session, arming: Arming | null | undefined): Promise<string[]> {
  if (!arming) return [];
  session.enter('record');
  try {
    await session.services.schedules.remove(arming.schedule);
    return [];
  } catch (error) {
    const warning = `Schedule ${arming.schedule} could not be removed; it will fire once and do nothing`;
    session.warn(warning, error);
    return [warning];
  }
}

/** Writes down how a change ended, gives the lease back, and only then disarms. @returns warnings */
export async function close(
  session: Session,
  ended: Ledger,
  ...armings: readonly (Arming | null | undefined)[]
): Promise<string[]> {
  session.enter('record');
  await session.finish(ended);
  const warnings: string[] = [];
  for (const arming of armings) warnings.push(...(await disarm(session, arming)));
  return warnings;
}

/** How a confirmed change stands. */
export interface ConfirmedChange {
  /** Whether SES says SUCCESS: it is done. Until then the revert stays armed. */
  readonly verified: boolean;
  /** When it is rolled back unless SES has verified it by then. ISO 8601. */
  readonly reverts_at?: string;
  readonly warnings: readonly string[];
}

/**
 * Confirms an open change that is in force. If SES has verified it, it stays: the ledger is written first and the
 * schedule removed second, since one that is left behind fires once and does nothing. While SES is still verifying, the
 * scheduled check stays in place.
 * @param byStack by the last resource of its stack: the engine has replaced the attempt before it
 */
export async function confirmOpen(
  session: Session,
  open: Open,
  status: string,
  byStack = open.source === 'terraform',
): Promise<ConfirmedChange> {
  const now = session.now();
  const isNews = !isWaiting(open) || (byStack && session.ledger.owner?.confirmed === false);
  if (status === 'SUCCESS') {
    const by = { byStack, status, armed: null };
    await session.finish(
      isNews ? confirmed(session.ledger, open, by, now) : verified(session.ledger, open, now),
    );
    return { verified: true, warnings: await disarm(session, open.armed) };
  }
  const verifyBy = deadlineOf(open);
  const waiting = { verified: false, reverts_at: iso(verifyBy) };
  if (!isNews) return { ...waiting, warnings: [] };
  // The schedule that waits for the stack may fire in time to be the first check as well.
  const isInTime =
    open.armed !== null && open.armed.at <= Math.min(now + VERIFICATION_CHECKS.afterMs.at(-1)!, verifyBy);
  const armed = isInTime ? open.armed : await scheduleCheck(session, open);
  await session.finish(confirmed(session.ledger, open, { byStack, status, armed }, now));
  return { ...waiting, warnings: armed === open.armed ? [] : await disarm(session, open.armed) };
}

/** Schedules the next check; the last one at the deadline. @throws ByodkimError DEPENDENCY_FAILED, ACCESS_DENIED. */
export async function scheduleCheck(session: Session, open: Open): Promise<Arming> {
  const now = session.now();
  // By the check before: where that is delivered twice at once, both make the same schedule.
  const from = isWaiting(open) && open.armed !== null ? open.armed.at : now;
  const after =
    VERIFICATION_CHECKS.afterMs[Math.min(open.checks ?? 0, VERIFICATION_CHECKS.afterMs.length - 1)]!;
  const at = Math.max(now + MINUTE_MS, Math.min(from + after, deadlineOf(open)));
  const armed = planned(session.place, session.ledger, from, at);
  await arm(session, armed, open.transaction);
  return armed;
}

/** Names a schedule: at most 64 of `[0-9A-Za-z-_.]`, whatever the domain's length and with a suffix of 7. */
function scheduleName({ domain, region }: Place, number: number): string {
  const hash = createHash('sha256').update(`${region}/${domain}`).digest('hex').slice(0, 12);
  const readable = domain.replace(/[^a-z0-9.-]/g, '').slice(0, 21);
  return `byodkim-${readable}-${hash}-${number}`;
}

/**
 * Implements the confirmed commit (RFC 6241 §8.4): a revert schedule stays armed for every change until its whole stack is
 * applied and SES answers SUCCESS. arming.ts plans the schedule, and fired.ts handles its firing.
 */
import { VERIFICATION_CHECKS } from '../budgets';
import { iso } from '../clock';
import { type Arming, deadlineOf, isWaiting, type Ledger, type Open, type Owner } from '../ledger/ledger';
import type { ConfirmedChange } from '../ledger/results';
import type { Session } from '../ledger/session';
import { confirmed, ownerConfirmed, verified } from '../ledger/transitions';
import type { Warning } from '../words/results';
import { payloadOf, planCheck } from './arming';

/** Creates the schedule of a planned arming. @throws ByodkimError DEPENDENCY_FAILED, ACCESS_DENIED. */
export async function arm(
  { services, place }: Session,
  arming: Arming,
  transaction: string,
  retries?: number,
): Promise<Arming> {
  const payload = payloadOf(place, arming, transaction, retries);
  await services.schedules.create({ name: arming.schedule, at: arming.at, payload });
  return arming;
}

/**
 * Removes a schedule that the ledger no longer waits for. A failure is only a warning, since the schedule then fires once and
 * does nothing.
 */
export async function disarm(session: Session, arming: Arming | null | undefined): Promise<Warning[]> {
  if (!arming) return [];
  session.enter('record');
  try {
    await session.services.schedules.remove(arming.schedule);
    return [];
  } catch (error) {
    const { schedule } = arming;
    session.world.log.warn('schedule-left', { ...session.place, schedule, error: String(error) });
    return [{ kind: 'schedule-left', schedule }];
  }
}

/** Records the result of a change, releases the lease, and only then disarms. @returns warnings */
export async function close(
  session: Session,
  ended: Ledger,
  ...armings: readonly (Arming | null | undefined)[]
): Promise<Warning[]> {
  session.enter('record');
  await session.finish(ended);
  const warnings: Warning[] = [];
  for (const arming of armings) warnings.push(...(await disarm(session, arming)));
  return warnings;
}

/**
 * Confirms an open change that is in force. If SES has verified it, it stays: the ledger is written before the schedule is
 * removed, since a schedule that is left behind fires once and does nothing. While SES is still verifying, the scheduled check
 * stays in place.
 * @param byStack whether the last resource of its stack confirms, so that the engine has replaced the previous attempt
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
  // The schedule that waits for the stack may fire early enough to be the first check, too.
  const isInTime =
    open.armed !== null && open.armed.at <= Math.min(now + VERIFICATION_CHECKS.afterMs.at(-1)!, verifyBy);
  const armed = isInTime
    ? open.armed
    : await arm(session, planCheck(now, session.ledger, open), open.transaction);
  await session.finish(confirmed(session.ledger, open, { byStack, status, armed }, now));
  return { ...waiting, warnings: armed === open.armed ? [] : await disarm(session, open.armed) };
}

/** Confirms an owner with nothing open: nothing had to change, or a direct call has ended its change. */
export async function confirmOwner(session: Session, owner: Owner): Promise<void> {
  if (owner.confirmed) return;
  await session.finish(ownerConfirmed(session.ledger, owner, session.now()));
}

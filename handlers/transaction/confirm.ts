import { POLL } from '../budgets';
import type { Place } from '../contract/input/event';
import { ByodkimError } from '../errors/errors';
import { type ChangeAttempt, isSetInSes } from '../ledger/ledger';
import { confirmationOvertakenBy } from '../ledger/ownership';
import type { Confirmed, ConfirmedChange } from '../ledger/results';
import { Session } from '../ledger/session';
import { isInStep, isJustVerified, stillHas, withStartedVerification } from '../ledger/signing-state';
import type { World } from '../world';
import { type NothingConfirmed, nothingConfirmed } from './answers';
import { afterGate, changeWithin } from './change';
import { confirmOpen, confirmOwner } from './confirmed-commit';

/**
 * Answers `Confirmation`, the last resource of a stack, after which everything exists and the change stays. Makes sure that
 * the change is still in force, or makes the whole change again if the revert has fired.
 * @throws ByodkimError VERIFICATION_PENDING; as in `change` if it makes the change again.
 */
export async function confirm(world: World, attempt: ChangeAttempt): Promise<Confirmed> {
  const session = Session.open(world, attempt.request, 'change');
  const confirmed =
    (await session.withLease(() => confirmInForce(session, attempt))) ??
    (await changeAgain(world, attempt, session));
  return confirmed.verified || !attempt.request.verification.required
    ? confirmed
    : untilVerified(session, attempt, confirmed);
}

const changeAgain = (world: World, attempt: ChangeAttempt, first: Session): Promise<Confirmed> =>
  afterGate(world, attempt.request, async (later, passed) => {
    await refuseLate(later, attempt, first);
    const result = await changeWithin(later, attempt, passed, { confirms: true });
    const { changed, final_dkim_status, reverts_at, warnings } = result;
    const verified = final_dkim_status === 'SUCCESS';
    return confirmed(attempt, changed, { verified, reverts_at, warnings });
  });

/**
 * Waits for SES as long as the function may run: its 300 s are less than the 350 s after which networks drop a quiet
 * connection. The change is already confirmed, so its check is armed, and the next apply continues here. Does not hold the
 * lease, since a rollback comes first.
 * @throws ByodkimError VERIFICATION_PENDING; CONCURRENT_UPDATE if the change is no longer in force.
 */
async function untilVerified(
  session: Session,
  attempt: ChangeAttempt,
  pending: Confirmed,
): Promise<Confirmed> {
  const { domain, selector } = attempt.request;
  let status = 'PENDING';
  while (status !== 'FAILED' && session.leftMs() > POLL.longestMs) {
    await session.clock.sleep(POLL.longestMs);
    const state = await observeStarted(session);
    if (state === null || !stillHas(state, selector))
      throw new ByodkimError('CONCURRENT_UPDATE', { kind: 'undone', ...session.place });
    status = state.status;
    if (status !== 'SUCCESS') continue;
    const ended = await session.withLease(() => confirmInForce(session, attempt));
    if (ended?.verified) return { ...ended, reapplied: pending.reapplied };
  }
  throw new ByodkimError('VERIFICATION_PENDING', {
    domain,
    selector,
    status,
    revertsAt: pending.reverts_at,
  });
}

const observeStarted = async (session: Session) =>
  withStartedVerification(
    await session.services.identities.get(session.place.domain),
    session.ledger,
    session.now(),
  );

/** @returns `null` if it is not in force and must be made again */
async function confirmInForce(session: Session, attempt: ChangeAttempt): Promise<Confirmed | null> {
  await refuseLate(session, attempt, session);
  const { open, owner } = session.ledger;
  const isOpen = open?.transaction === attempt.transaction && isSetInSes(open);
  const isOwner = open === null && owner?.transaction === attempt.transaction;
  if (!isOpen && !isOwner) return null;
  const wanted = isOpen ? open.wanted : owner!.wanted;
  if (wanted.selector !== attempt.request.selector) return null;
  if (isOpen && isJustVerified(session.ledger, open, session.now()))
    return confirmed(attempt, false, await confirmOpen(session, open, 'SUCCESS'));
  const state = await observeStarted(session);
  if (!isInStep(state, wanted)) return null;
  if (isOpen) return confirmed(attempt, false, await confirmOpen(session, open, state.status));
  await confirmOwner(session, owner!);
  return confirmed(attempt, false, { verified: state.status === 'SUCCESS', warnings: [] });
}

/**
 * Refuses to confirm over a newer attempt, or after the destroy of its stack, since nobody could destroy what it sets.
 * @param first the session with which it began
 * @throws ByodkimError CONCURRENT_UPDATE.
 */
async function refuseLate(session: Session, attempt: ChangeAttempt, first: Session): Promise<void> {
  await session.refuseDestroyed(attempt, first);
  const by = confirmationOvertakenBy(session.ledger, attempt.transaction);
  if (by !== null) await session.refuse(attempt, { kind: 'transaction', transaction: by });
}

const confirmed = (
  { request, transaction }: ChangeAttempt,
  reapplied: boolean,
  { warnings, ...change }: ConfirmedChange,
): Confirmed => ({
  statusCode: 200,
  confirmed: true,
  ...change,
  domain: request.domain,
  selector: request.selector,
  transaction,
  reapplied,
  warnings,
});

/** The answer of a manual confirmation that has confirmed a change. */
export interface ConfirmedByHand extends ConfirmedChange {
  readonly statusCode: 200;
  readonly domain: string;
  readonly confirmed: true;
  readonly transaction: string;
}

/**
 * Confirms the open change manually: `byodkim confirm`. SES must still verify it.
 * @throws ByodkimError CONCURRENT_UPDATE, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function confirmByHand(
  world: World,
  target: Place,
): Promise<ConfirmedByHand | NothingConfirmed> {
  const session = Session.open(world, target, 'change');
  return session.withLease(async () => {
    const { open } = session.ledger;
    if (open === null) return nothingConfirmed(target.domain, { kind: 'nothing-to-confirm' });
    const state = await observeStarted(session);
    if (!isSetInSes(open) || !isInStep(state, open.wanted))
      return nothingConfirmed(target.domain, { kind: 'not-in-force' });
    const { warnings, ...change } = await confirmOpen(session, open, state.status, false);
    return {
      statusCode: 200,
      domain: target.domain,
      confirmed: true,
      ...change,
      transaction: open.transaction,
      warnings,
    };
  });
}

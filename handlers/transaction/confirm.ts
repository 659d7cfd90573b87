import type { Attempt, Place } from '../ledger/ledger';
import { refuseNewer, refuseOvertaken } from '../ledger/ownership';
import type { World } from '../world';
import { changeWithin, confirmOwner, withProof } from './change';
import { type ConfirmedChange, confirmOpen } from './confirmed-commit';
import { Session } from './session';
import { isInStep, withStartedVerification } from './signing-state';

export interface Confirmed extends ConfirmedChange {
  readonly statusCode: 200;
  readonly confirmed: true;
  readonly domain: string;
  readonly selector: string;
  readonly transaction: string;
  /** Whether the revert had already fired, so that the change had to be made again. */
  readonly reapplied: boolean;
}

/**
 * Answers `Confirmation`, the last resource of a stack: everything else is there, so the change stays. Makes sure that it
 * is still in force; if it is not (the revert has fired), makes the whole change again.
 */
export async function confirm(world: World, attempt: Attempt): Promise<Confirmed> {
  const { request } = attempt;
  const session = Session.open(world, request, 'change');
  const quick = await session.withLease(() => confirmInForce(session, attempt));
  if (quick !== null) return quick;
  return withProof(world, request, async (later, proved) => {
    refuseNewer(later.ledger, attempt);
    const { changed, final_dkim_status, reverts_at, warnings } = await changeWithin(
      later,
      attempt,
      proved,
      true,
    );
    const verified = final_dkim_status === 'SUCCESS';
    return confirmed(attempt, changed, { verified, reverts_at, warnings });
  });
}

const observeStarted = async (session: Session) =>
  withStartedVerification(
    await session.services.identities.get(session.place.domain),
    session.ledger,
    session.now(),
  );

/** @returns `null`: it is not in force, and must be made again */
async function confirmInForce(session: Session, attempt: Attempt): Promise<Confirmed | null> {
  refuseNewer(session.ledger, attempt);
  refuseOvertaken(session.ledger, attempt);
  const { open, owner } = session.ledger;
  const isOpen = open?.transaction === attempt.transaction && open.phase === 'applied';
  const isOwner = open === null && owner?.transaction === attempt.transaction;
  if (!isOpen && !isOwner) return null;
  const wanted = isOpen ? open.wanted : owner!.wanted;
  if (wanted.selector !== attempt.request.selector) return null;
  const state = await observeStarted(session);
  if (state === null || !isInStep(state, wanted)) return null;
  if (isOpen) return confirmed(attempt, false, await confirmOpen(session, open, state.status));
  await confirmOwner(session, owner!);
  return confirmed(attempt, false, { verified: state.status === 'SUCCESS', warnings: [] });
}

const confirmed = (
  { request, transaction }: Attempt,
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

/** Confirms the open change by hand: `byodkim confirm`. SES must still verify it. */
export async function confirmByHand(world: World, target: Place) {
  const session = Session.open(world, target, 'change');
  return session.withLease(async () => {
    const { open } = session.ledger;
    const answer = { statusCode: 200, domain: target.domain };
    if (open === null)
      return { ...answer, confirmed: false, reason: 'nothing is waiting for a confirmation' };
    const state = await observeStarted(session);
    if (open.phase !== 'applied' || state === null || !isInStep(state, open.wanted))
      return { ...answer, confirmed: false, reason: 'the change is not in force in SES; deploy again' };
    const { warnings, ...change } = await confirmOpen(session, open, state.status, false);
    return { ...answer, confirmed: true, ...change, transaction: open.transaction, warnings };
  });
}

import { LEASE } from '../budgets';
import { homeAmong } from '../contract/contract';
import { ByodkimError } from '../errors/errors';
import { type ChangeAttempt, currentOwner, isHeld, type Ledger } from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import { type Session, taken } from '../ledger/session';

/**
 * Refuses to sign with the key of another region, the home, whose stack was destroyed or may be about to be: the engine removes
 * the record next. The home's destroy asks in turn, so each side takes its lease before it reads the other's, and one of two
 * that begin at once sees the other.
 * @throws ByodkimError CONCURRENT_UPDATE, ACCESS_DENIED, DEPENDENCY_FAILED
 */
export async function refuseWithoutHome(session: Session, { request }: ChangeAttempt): Promise<void> {
  const home = homeAmong(request.rotation?.sharedWith);
  if (home === undefined) return;
  const place = { domain: request.domain, region: home.region };
  const giveUpAt = session.now() + Math.min(LEASE.waitMs, session.leftMs());
  for (;;) {
    const ledger = await readLedger(session.services.store, home.bucket, place);
    if (ledger === null) return;
    if (isGone(ledger)) throw new ByodkimError('CONCURRENT_UPDATE', { kind: 'home-gone', ...place });
    if (!mayBecomeDestroy(ledger, session.now())) return;
    if (session.now() >= giveUpAt) throw taken(place, ledger.lease);
    await session.clock.sleep(LEASE.pollMs);
  }
}

/** Checks whether every stack of the home was deleted, or its destroy is at work. */
const isGone = (ledger: Ledger): boolean =>
  ledger.open?.destroys === true ||
  (currentOwner(ledger) === null &&
    ledger.stacks.length > 0 &&
    ledger.stacks.every((each) => ledger.deleted.includes(each)));

/** Checks whether a run is at work that may destroy the home: one that has opened a change under its lease does not. */
function mayBecomeDestroy({ open, lease }: Ledger, now: number): boolean {
  if (lease === null || !isHeld(lease, now)) return false;
  return open === null || open.startedAt < lease.acquiredAt;
}

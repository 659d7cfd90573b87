import type { World } from '../world';
import { disarm } from './arming';
import type { Open, Owner } from './ledger';
import type { Session } from './session';

/**
 * Confirms an open change: from here on it stays. The ledger first, the schedule second: once the ledger says
 * confirmed, a schedule that is left behind fires once and does nothing.
 * @param byStack by the last resource of its stack: the engine has replaced the attempt before it.
 * @returns warnings.
 */
export async function settle(
  world: World,
  session: Session,
  open: Open,
  byStack = open.source === 'terraform',
): Promise<string[]> {
  const { owner, source } = open;
  await session.finish(
    (ledger) => ({
      ...ledger,
      open: null,
      inForce: open.wanted,
      owner: byStack && owner !== null ? confirmedOwner(owner) : owner,
      lastRevert: source === 'terraform' ? null : ledger.lastRevert,
      leaving: byStack ? null : ledger.leaving,
      generation: ledger.generation + 1,
    }),
    {
      event: 'confirmed',
      transaction: open.transaction,
      selector: open.wanted.selector,
      ...(open.result && { detail: open.result.final_dkim_status }),
    },
  );
  return disarm(world, session, open.armed);
}

/** There was nothing to change, or a direct call has ended this attempt's change and left it in force. */
export async function confirmOwner(session: Session, owner: Owner): Promise<void> {
  if (owner.confirmed) return;
  await session.finish((ledger) => ({ ...ledger, owner: confirmedOwner(owner), leaving: null }), {
    event: 'confirmed',
    transaction: owner.transaction,
    selector: owner.wanted.selector,
  });
}

/** By its stack: it has replaced the one before. */
export const confirmedOwner = ({ replaces: _, ...owner }: Owner): Owner => ({ ...owner, confirmed: true });

import type { World } from '../world';
import { disarm } from './arming';
import type { Open } from './ledger';
import type { Session } from './session';

/**
 * Confirms an open change: from here on it stays. The ledger first, the schedule second: once the ledger says
 * confirmed, a schedule that is left behind fires once and does nothing.
 * @returns warnings.
 */
export async function settle(world: World, session: Session, open: Open): Promise<string[]> {
  const { owner, source } = open;
  await session.finish(
    (ledger) => ({
      ...ledger,
      open: null,
      owner: source === 'terraform' && owner !== null ? { ...owner, confirmed: true } : owner,
      lastRevert: source === 'terraform' ? null : ledger.lastRevert,
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

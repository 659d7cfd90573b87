/** A change goes back: by hand, by its schedule, or because its stack is destroyed. */
import type { Open, Place } from '../ledger/ledger';
import * as transitions from '../ledger/transitions';
import type { World } from '../world';
import { close } from './confirmed-commit';
import { type Restored, type RestoreOptions, restore } from './restore';
import { Session } from './session';

/** What a delete, a fired schedule or `byodkim revert` answers. */
export interface Reverted {
  readonly statusCode: 200;
  readonly domain: string;
  readonly reverted: boolean;
  /** What SES has now, or why nothing was done. */
  readonly reason: string;
  readonly warnings: readonly string[];
  /** What was before could not be put back, and nothing will try again: a person must look. */
  readonly incomplete?: true;
}

/** What a restoration is answered with. */
export const putBack = (
  domain: string,
  { changed, note, incomplete }: Restored,
  warnings: readonly string[] = [],
): Reverted => ({ statusCode: 200, domain, reverted: changed, reason: note, warnings, incomplete });

export const nothingReverted = (domain: string, reason: string): Reverted =>
  putBack(domain, { changed: false, note: reason });

/** `byodkim revert` (cancel-commit): reverts whatever is open, now. */
export async function revertByHand(world: World, target: Place): Promise<Reverted> {
  const session = Session.open(world, target, 'rollback');
  return session.withLease(async () => {
    const { open } = session.ledger;
    return open === null
      ? nothingReverted(target.domain, 'nothing is waiting for a confirmation, or for SES')
      : revertOpen(session, open);
  });
}

/**
 * Puts back what was before an open change, and closes it.
 * @param reverted how it is written down.
 */
export async function revertOpen(
  session: Session,
  open: Open,
  options: RestoreOptions = { isSet: open.phase === 'applied' },
  reverted = transitions.reverted,
): Promise<Reverted> {
  const restored = await restore(session, open.previous, options);
  const ended = reverted(session.ledger, open, restored, session.now());
  return putBack(session.place.domain, restored, await close(session, ended, open.armed));
}

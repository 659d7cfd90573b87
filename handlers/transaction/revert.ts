import { ByodkimError } from '../errors';
import type { DomainRequest } from '../event';
import type { World } from '../world';
import { arm, disarm, planRearming } from './arming';
import { reverted } from './failure';
import type { Open, Snapshot } from './ledger';
import { restore } from './restore';
import { Session } from './session';

/** What a delete, a fired schedule or `byodkim revert` answers. */
export interface Reverted {
  readonly statusCode: 200;
  readonly domain: string;
  readonly reverted: boolean;
  /** What SES has now, or why nothing was done. */
  readonly reason: string;
  readonly warnings: readonly string[];
}

export const nothingReverted = (domain: string, reason: string): Reverted => ({
  statusCode: 200,
  domain,
  reverted: false,
  reason,
  warnings: [],
});

/**
 * The one-time schedule of an unconfirmed change. Does nothing unless exactly that arming of that transaction is
 * still waiting. Thrown errors are retried by Lambda; the revert is armed once more as well, so that it cannot be
 * forgotten when the retries run out.
 */
export async function revertUnconfirmed(
  world: World,
  target: DomainRequest,
  transaction: string,
  arming: number,
): Promise<Reverted> {
  return Session.run(world, target, async (session) => {
    const { open } = session.ledger;
    if (open === null || open.transaction !== transaction || open.armed?.number !== arming)
      return nothingReverted(
        target.domain,
        `transaction ${transaction} is not waiting for this revert any more`,
      );
    try {
      return await revertOpen(world, session, open);
    } catch (error) {
      await rearm(world, session, open);
      throw error;
    }
  });
}

/** `byodkim revert` (cancel-commit): reverts whatever is open, now. */
export async function revertByHand(world: World, target: DomainRequest): Promise<Reverted> {
  return Session.run(world, target, async (session) => {
    const { open } = session.ledger;
    return open === null
      ? nothingReverted(target.domain, 'nothing is waiting for a confirmation')
      : revertOpen(world, session, open);
  });
}

async function revertOpen(world: World, session: Session, open: Open): Promise<Reverted> {
  const restored = await restore(world, session, open.previous, knownWhenTwoWrites(open));
  await session.finish((ledger) => reverted(ledger, open, world.clock.now()), {
    event: 'reverted',
    transaction: open.transaction,
    detail: restored.note,
  });
  const warnings = await disarm(world, session, open.armed);
  return {
    statusCode: 200,
    domain: session.place.domain,
    reverted: restored.changed,
    reason: restored.note,
    warnings,
  };
}

/**
 * A revert takes two SES calls: look and Put. Where the flag must be set back too, the look is spared, since the
 * ledger says what was set.
 */
export function knownWhenTwoWrites(open: Open | null) {
  if (open === null || open.phase !== 'applied' || open.previous.enabled) return {};
  const { selector } = open.wanted;
  return {
    known: { origin: 'EXTERNAL', selector, enabled: true, status: 'PENDING', tokens: [] as string[] },
  };
}

async function rearm(world: World, session: Session, open: Open): Promise<void> {
  try {
    const armed = planRearming(world, session.place, session.ledger.armings + 1);
    await arm(session, armed, open.transaction);
    await session.save(
      (ledger) => ({ ...ledger, armings: armed.number, open: ledger.open && { ...ledger.open, armed } }),
      { event: 'rearmed', transaction: open.transaction },
    );
  } catch (error) {
    world.log.error('The revert could not be armed again', { ...session.place, error: String(error) });
  }
}

/** The restoration of a baseline on destroy must not block the destroy when it has become impossible. */
export async function restoreIfPossible(
  world: World,
  session: Session,
  snapshot: Snapshot,
  open: Open | null,
): Promise<{ changed: boolean; note: string }> {
  try {
    return await restore(world, session, snapshot, knownWhenTwoWrites(open));
  } catch (error) {
    if (!(error instanceof ByodkimError) || !error.code.startsWith('CERTIFICATE_')) throw error;
    return {
      changed: false,
      note: `SES was left as it is, since what was before cannot be put back: ${error.message}`,
    };
  }
}

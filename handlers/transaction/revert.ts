import type { DomainRequest } from '../event';
import type { Services, World } from '../world';
import { arm, disarm, planRetry } from './arming';
import { reverted } from './failure';
import type { Open, Snapshot } from './ledger';
import { ledgerStore } from './ledger-store';
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
  /** What was before could not be put back, and nothing will try again: a person must look. */
  readonly incomplete?: true;
}

export const nothingReverted = (domain: string, reason: string): Reverted => ({
  statusCode: 200,
  domain,
  reverted: false,
  reason,
  warnings: [],
});

/**
 * The one-time schedule of an unconfirmed change. Does nothing unless exactly that arming is still waiting. Thrown
 * errors are retried by Lambda; whatever the failure was, the same arming is scheduled once more as well, so that it
 * cannot be forgotten when those retries run out.
 */
export async function revertUnconfirmed(
  world: World,
  target: DomainRequest,
  transaction: string,
  arming: number,
): Promise<Reverted> {
  const services = world.services(target.domain, target.region, world.clock);
  const bucket = world.environment.keyStoreBucket;
  try {
    const stored = await ledgerStore(services.store, bucket, target.region, target.domain).read();
    if (stored === null)
      return nothingReverted(
        target.domain,
        'there is no ledger any more, so nothing is known of what was before: SES was left as it is',
      );
    const revert = async (session: Session): Promise<Reverted> => {
      const { open } = session.ledger;
      if (open === null || open.armed?.number !== arming)
        return nothingReverted(
          target.domain,
          `transaction ${transaction} is not waiting for this revert any more`,
        );
      return revertOpen(world, session, open);
    };
    return await Session.run(world, target, revert, stored);
  } catch (error) {
    await tryAgainLater(world, services, target, transaction, arming);
    throw error;
  }
}

/** Needs neither lease nor ledger: they may be what failed. */
async function tryAgainLater(
  world: World,
  services: Services,
  target: DomainRequest,
  transaction: string,
  arming: number,
): Promise<void> {
  const { domain, region } = target;
  try {
    const retry = planRetry(world, target, arming);
    await arm(services, target, retry, transaction);
    world.log.warn('The revert failed and is armed again', { domain, region, at: retry.at });
  } catch (error) {
    world.log.error('The revert could not be armed again', { domain, region, error: String(error) });
  }
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
  const restored = await restore(world, session, open.previous, {
    unseen: open.phase === 'applied' && needsTwoWrites(open.previous),
  });
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

/** A revert takes two SES calls at most: look and Put, or, where the flag must be set back too, Put and flag. */
export const needsTwoWrites = (snapshot: Snapshot): boolean => !snapshot.enabled;

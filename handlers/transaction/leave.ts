import type { DomainRequest } from '../event';
import type { World } from '../world';
import type { Ledger } from './ledger';
import { ledgerStore } from './ledger-store';
import { nothingReverted, type Reverted } from './revert';
import { Session } from './session';

/**
 * The delete of a `Confirmation`: SES stays as it is. In a rotation it comes after the newer attempt was confirmed, so
 * where that has not been confirmed, the stack is being destroyed. Then the delete of the confirmed transaction's
 * `Signing` must act: of the newer one the engine may have none, if its answer never arrived.
 */
export async function leave(world: World, target: DomainRequest, transaction: string): Promise<Reverted> {
  const answer = nothingReverted(target.domain, 'the delete of Confirmation changes nothing');
  const { store } = world.services(target.domain, target.region, world.clock);
  const bucket = world.environment.keyStoreBucket;
  const stored = await ledgerStore(store, bucket, target.region, target.domain).read();
  if (stored === null || !isLeftBehind(stored.ledger, transaction)) return answer;
  return Session.run(
    world,
    target,
    async (session) => {
      if (isLeftBehind(session.ledger, transaction))
        await session.finish((ledger) => ({ ...ledger, leaving: transaction }), {
          event: 'leaving',
          transaction,
        });
      return answer;
    },
    stored,
  );
}

/** It was confirmed, and a newer one that is in force was not. */
function isLeftBehind({ open, owner }: Ledger, transaction: string): boolean {
  const newer = open?.owner ?? owner;
  const confirmed = owner?.confirmed ? owner.transaction : owner?.replaces;
  return confirmed === transaction && newer !== null && newer.transaction !== transaction;
}

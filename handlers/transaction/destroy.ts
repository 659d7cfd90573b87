import type { DomainRequest } from '../event';
import type { World } from '../world';
import { disarm } from './arming';
import type { Ledger } from './ledger';
import { ledgerStore } from './ledger-store';
import { nothingReverted, type Restoring, type Reverted, restoreIfPossible } from './revert';
import { Session } from './session';

/**
 * The delete of a `Signing`: back to the baseline, if the state belongs to this transaction. Needs neither DNS nor
 * the transaction's private key; a missing identity, ledger, bucket or schedule is success.
 */
export async function destroy(world: World, target: DomainRequest, transaction: string): Promise<Reverted> {
  const { store } = world.services(target.domain, target.region, world.clock);
  const bucket = world.environment.keyStoreBucket;
  const stored = await ledgerStore(store, bucket, target.region, target.domain).read();
  if (stored === null)
    return nothingReverted(
      target.domain,
      'there is no ledger, so nothing is known of what was before: SES was left as it is',
    );
  const early = reasonToDoNothing(stored.ledger, transaction);
  if (early !== null) return nothingReverted(target.domain, early);
  const restoreBaseline = async (session: Session): Promise<Reverted> => {
    const reason = reasonToDoNothing(session.ledger, transaction);
    if (reason !== null) return nothingReverted(target.domain, reason);
    const { baseline, open } = session.ledger;
    const restored: Restoring =
      baseline === null
        ? { changed: false, note: 'nothing was ever changed' }
        : await restoreIfPossible(world, session, baseline);
    await session.finish(
      (ledger) => ({ ...ledger, baseline: null, owner: null, open: null, lastRevert: null, leaving: null }),
      { event: 'destroyed', transaction, detail: restored.note },
    );
    const warnings = await disarm(world, session, open?.armed);
    return {
      statusCode: 200,
      domain: target.domain,
      reverted: restored.changed,
      reason: restored.note,
      warnings,
      ...(restored.incomplete && { incomplete: true }),
    };
  };
  return Session.run(world, target, restoreBaseline, stored);
}

/**
 * `null`: the delete acts. It does when its transaction is the current one; or, as long as no newer one has been
 * applied since the last revert, when it is the one which that revert undid or the one which it put back. A change
 * that was cut off supersedes nobody: the engine has no `Signing` of it, so no delete of its own will ever come.
 */
export function reasonToDoNothing(
  { open, owner, lastRevert, leaving, baseline }: Ledger,
  transaction: string,
): string | null {
  const current = open?.owner?.transaction ?? owner?.transaction;
  const acting: (string | null | undefined)[] = [current, open?.transaction, leaving];
  if (open === null || open.phase === 'opened')
    acting.push(owner?.transaction, lastRevert?.undid, lastRevert?.putBack);
  if (acting.includes(transaction)) return null;
  if (baseline === null && current === undefined) return 'what was before is already restored';
  return `transaction ${transaction} is superseded${current ? ` by ${current}` : ''}: the signing state is not its own any more`;
}

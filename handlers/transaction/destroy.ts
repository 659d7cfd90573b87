import { ByodkimError } from '../errors';
import type { DomainRequest } from '../event';
import type { World } from '../world';
import { arm, disarm, planFirstRetry } from './arming';
import { emptyLedger, type Ledger, type Snapshot } from './ledger';
import { ledgerStore } from './ledger-store';
import { restore } from './restore';
import { needsTwoWrites, nothingReverted, type Reverted } from './revert';
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
  const rollBack = async (session: Session): Promise<Reverted> => {
    const reason = reasonToDoNothing(session.ledger, transaction);
    if (reason !== null) return nothingReverted(target.domain, reason);
    const { baseline, open } = session.ledger;
    const restored: RestoredBaseline =
      baseline === null
        ? { changed: false, note: 'nothing was ever changed' }
        : await restoreBaseline(world, session, baseline, transaction);
    const guard = session.ledger.open?.armed;
    await session.finish(
      ({ domain, region, writeId, lease, armings, generation, history }) => ({
        ...emptyLedger(domain, region),
        ...{ writeId, lease, armings, generation, history },
      }),
      { event: 'destroyed', transaction, detail: restored.note },
    );
    const warnings = await disarm(world, session, open?.armed);
    if (guard?.number !== open?.armed?.number) warnings.push(...(await disarm(world, session, guard)));
    return {
      statusCode: 200,
      domain: target.domain,
      reverted: restored.changed,
      reason: restored.note,
      warnings,
      ...(restored.incomplete && { incomplete: true }),
    };
  };
  return Session.run(world, target, rollBack, stored);
}

interface RestoredBaseline {
  readonly changed: boolean;
  readonly note: string;
  /** It has become impossible: that must not block the destroy. */
  readonly incomplete?: true;
}

async function restoreBaseline(
  world: World,
  session: Session,
  baseline: Snapshot,
  transaction: string,
): Promise<RestoredBaseline> {
  const { open, inForce } = session.ledger;
  const isSet = open === null ? inForce !== null : open.phase === 'applied';
  try {
    return await restore(world, session, baseline, {
      unseen: isSet && needsTwoWrites(baseline),
      beforeTwoWrites: () => guardBaseline(world, session, baseline, transaction),
    });
  } catch (error) {
    if (!(error instanceof ByodkimError) || !error.code.startsWith('CERTIFICATE_')) throw error;
    return {
      changed: false,
      incomplete: true,
      note: `SES was left as it is, since what was before cannot be put back: ${error.message}`,
    };
  }
}

/**
 * Between two writes SES is neither as it was nor as wanted. Should the function be killed there, and nobody destroy
 * again, then a schedule ends what was begun: to it the destroy is an open change whose prior state is the baseline.
 */
async function guardBaseline(
  world: World,
  session: Session,
  baseline: Snapshot,
  deleted: string,
): Promise<void> {
  const { open, owner, inForce } = session.ledger;
  const wanted = open?.wanted ?? inForce;
  // Where nothing of ours was in force, what is written over was set by hand.
  if (wanted === null) return;
  const transaction = open?.transaction ?? owner?.transaction ?? deleted;
  const armed = planFirstRetry(world, session.place, session.ledger);
  await arm(session.services, session.place, armed, transaction);
  await session.save(
    (ledger) => ({
      ...ledger,
      armings: armed.number,
      open: {
        transaction,
        source: 'terraform',
        wanted,
        owner: open?.owner ?? owner,
        phase: 'applied',
        previous: baseline,
        armed,
        startedAt: world.clock.now(),
      },
    }),
    { event: 'destroying', transaction },
  );
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
    acting.push(owner?.transaction, lastRevert?.putBack, ...(lastRevert?.undid ?? []));
  if (acting.includes(transaction)) return null;
  if (baseline === null && current === undefined) return 'what was before is already restored';
  return `transaction ${transaction} is superseded${current ? ` by ${current}` : ''}: the signing state is not its own any more`;
}

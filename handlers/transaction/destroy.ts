import { CERTIFICATE_CODES, hasCode } from '../errors';
import type { Ledger, Open, Place, Snapshot } from '../ledger/ledger';
import { isLeftBehind, isReplacedAlone, whyDeleteDoesNothing } from '../ledger/ownership';
import * as transitions from '../ledger/transitions';
import type { World } from '../world';
import { armFirstRetry, close } from './confirmed-commit';
import { type Restored, restore } from './restore';
import { nothingReverted, type Reverted, revertAnswer } from './revert';
import { Session } from './session';

/**
 * Carries out the delete of a `Signing`: rolls back to the baseline if the state belongs to this transaction. Needs
 * neither DNS nor the transaction's private key; a missing identity, ledger, bucket or schedule is success.
 */
export async function destroy(world: World, target: Place, transaction: string): Promise<Reverted> {
  const session = Session.open(world, target, 'rollback');
  const nothing = (reason: string) => nothingReverted(target.domain, reason);
  const ledger = await session.read();
  if (ledger === null)
    return nothing('there is no ledger, so nothing is known of what was before: SES was left as it is');
  const why = whyDeleteDoesNothing(ledger, transaction);
  if (why !== null) return nothing(why);
  return session.withLease(async () => {
    const whyNot = whyDeleteDoesNothing(session.ledger, transaction);
    return whyNot === null ? rollBackAll(session, transaction) : nothing(whyNot);
  });
}

async function rollBackAll(session: Session, transaction: string): Promise<Reverted> {
  const { baseline, open } = session.ledger;
  const restored: Restored =
    baseline === null
      ? { changed: false, note: 'nothing was ever changed' }
      : await restoreBaseline(session, baseline, transaction);
  const guard = session.ledger.open?.armed;
  const isGuarded = guard?.number !== open?.armed?.number;
  const ended = transitions.destroyed(session.ledger, transaction, restored.note, session.now());
  const warnings = await close(session, ended, open?.armed, isGuarded ? guard : null);
  return revertAnswer(session.place.domain, restored, warnings);
}

/**
 * Carries out the delete of a `Confirmation`: SES stays as it is. In a rotation it comes after the newer attempt was
 * confirmed, so where that has not been confirmed, the stack is being destroyed. Then the delete of the confirmed
 * transaction's `Signing` must act: the engine may have none of the newer one, if its answer never arrived.
 */
export async function beginDestroy(world: World, target: Place, transaction: string): Promise<Reverted> {
  const session = Session.open(world, target, 'rollback');
  const isDestroy = (ledger: Ledger): boolean =>
    isLeftBehind(ledger, transaction) || isReplacedAlone(ledger, transaction);
  const ledger = await session.read();
  if (ledger !== null && isDestroy(ledger))
    await session.withLease(async () => {
      if (isDestroy(session.ledger))
        await session.finish(transitions.destroyBegun(session.ledger, transaction, session.now()));
    });
  return nothingReverted(target.domain, 'the delete of Confirmation changes nothing');
}

async function restoreBaseline(session: Session, baseline: Snapshot, transaction: string): Promise<Restored> {
  const { open, inForce } = session.ledger;
  const isSet = open === null ? inForce !== null : open.phase === 'applied';
  try {
    return await restore(session, baseline, {
      isSet,
      beforeTwoWrites: () => guardBaseline(session, baseline, transaction),
    });
  } catch (error) {
    if (!hasCode(error, ...CERTIFICATE_CODES)) throw error;
    // A lost key must not block the destroy.
    return {
      changed: false,
      incomplete: true,
      note: `SES was left as it is, since what was before cannot be restored: ${error.what}`,
    };
  }
}

/**
 * Arms a schedule that finishes the destroy if the function is killed between two writes, where SES is neither as it was
 * nor as wanted. To the schedule the destroy is an open change whose prior state is the baseline.
 */
async function guardBaseline(session: Session, baseline: Snapshot, deleted: string): Promise<void> {
  const { open, owner, inForce } = session.ledger;
  const wanted = open?.wanted ?? inForce ?? owner?.wanted;
  if (wanted === undefined) return;
  const transaction = open?.transaction ?? owner?.transaction ?? deleted;
  const now = session.now();
  const armed = await armFirstRetry(session, transaction);
  const destroying: Open = {
    transaction,
    source: 'terraform',
    wanted,
    owner: open?.owner ?? owner,
    phase: 'applied',
    previous: baseline,
    armed,
    startedAt: now,
  };
  await session.save(transitions.destroying(session.ledger, destroying, armed, now));
}

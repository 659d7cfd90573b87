import type { RequestOf } from '../contract/event';
import { CERTIFICATE_CODES, hasCode } from '../errors/errors';
import { currentOwner, isWaiting, type Ledger, type Open, type Place, type Snapshot } from '../ledger/ledger';
import {
  endsDestroy,
  isKnown,
  isLeftBehind,
  isReplacedAlone,
  whyDeleteDoesNothing,
} from '../ledger/ownership';
import * as transitions from '../ledger/transitions';
import type { World } from '../world';
import { planRollback } from './arming';
import { arm, close } from './confirmed-commit';
import { type Restored, restore } from './restore';
import { nothingReverted, type Reverted, revertAnswer } from './revert';
import { Session } from './session';
import { surelySignsWith } from './signing-state';

/**
 * Carries out the delete of a `Signing`: rolls back to the baseline if the state belongs to this transaction. Needs
 * neither DNS nor the transaction's private key; a missing identity, bucket or schedule is success. The delete of
 * `DnsGate`, which comes after it in a destroy, does what that of `Signing` could not know to be its own.
 */
export async function destroy(world: World, target: RequestOf<'destroy'>): Promise<Reverted> {
  const session = Session.open(world, target, 'rollback');
  const nothing = await nothingToDo(session, await session.read(), target);
  if (nothing !== null) return nothing;
  return session.withLease(
    async () =>
      (await nothingToDo(session, session.ledger, target)) ?? rollBackAll(session, target.transaction),
  );
}

/** Answers a delete that does nothing. @returns `null`: it acts */
async function nothingToDo(
  { services: { identities } }: Session,
  ledger: Ledger | null,
  { domain, selector, transaction, resource }: RequestOf<'destroy'>,
): Promise<Reverted | null> {
  if (resource === 'DnsGate') {
    const ends = ledger === null ? 'no' : endsDestroy(ledger, transaction);
    if (ends === 'yes') return null;
    return ends === 'no'
      ? nothingReverted(domain, 'the delete of DnsGate changes nothing')
      : nothingReverted(domain, 'SES was left as it is', { unclear: true });
  }
  const reason = ledger === null ? 'there is no ledger' : whyDeleteDoesNothing(ledger, transaction);
  if (reason === null) return null;
  if (ledger !== null && isKnown(ledger, transaction)) return nothingReverted(domain, reason);
  // The ledger is older than this transaction, or gone: only SES shows whether there is something to roll back.
  const state = await identities.get(domain);
  const isSetSince = ledger === null || currentOwner(ledger)?.wanted.selector !== selector;
  if (!isSetSince || state === null || !surelySignsWith(state, selector))
    return nothingReverted(domain, reason);
  if (ledger?.baseline) return null;
  return nothingReverted(
    domain,
    `SES still signs with selector ${selector}, and the ledger, which may be an earlier version, does not know what was ` +
      'before: SES was left as it is',
    { incomplete: true },
  );
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
 * confirmed; if that has not been confirmed, the stack is being destroyed. Then the delete of the confirmed
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
  // Its next check must not take what a late Put of this destroy sets for what others have set.
  if (isWaiting(open)) await session.save(transitions.rollbackBegun(session.ledger, open));
  try {
    return await restore(session, { snapshot: baseline }, { kind: isSet ? 'as-set' : 'unread' }, () =>
      guardBaseline(session, baseline, transaction),
    );
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
 * Arms a schedule that finishes the destroy if the function is killed between two writes, when SES is neither as it was
 * nor as wanted. To the schedule the destroy is an open change whose prior state is the baseline.
 */
async function guardBaseline(session: Session, baseline: Snapshot, deleted: string): Promise<void> {
  const { open, owner, inForce } = session.ledger;
  const wanted = open?.wanted ?? inForce ?? owner?.wanted;
  if (wanted === undefined) return;
  const transaction = open?.transaction ?? owner?.transaction ?? deleted;
  const now = session.now();
  const armed = await arm(session, planRollback(now, session.ledger), transaction);
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
  await session.save(transitions.destroying(session.ledger, destroying, now));
}

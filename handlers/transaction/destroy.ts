import type { SigningState } from '../aws/email-identity';
import type { Place, RequestOf } from '../contract/input/event';
import { ByodkimError, hasCode } from '../errors/errors';
import { currentOwner, type Ledger, type Open, type Snapshot } from '../ledger/ledger';
import { deletionOf, isOwnSelector, ownerElsewhere, requireNoStack, restores } from '../ledger/ownership';
import type { Reverted } from '../ledger/results';
import { Session, taken } from '../ledger/session';
import * as transitions from '../ledger/transitions';
import { findUsesElsewhere } from '../sharing/other-regions';
import type { Doubt } from '../words/results';
import type { World } from '../world';
import { nothingReverted, revertAnswer } from './answers';
import { planRollback } from './arming';
import { arm } from './confirmed-commit';
import { leftAsItIs, observeSettled } from './restore';
import { revertOpen } from './revert';
import { refuseHeld } from './tenants';

/** The answer to the create of a `Baseline`. */
export interface Claimed {
  readonly statusCode: 200;
  readonly domain: string;
  /** The id of the `Baseline`. */
  readonly stack: string;
}

/**
 * Answers the create of a `Baseline`: records in the ledger the claim, and the regions that may sign with the stack's records,
 * even if nothing else in its first apply succeeds. Neither reads nor changes SES.
 * @throws ByodkimError CONCURRENT_UPDATE, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function claim(world: World, { id, rotation, ...place }: RequestOf<'claim'>): Promise<Claimed> {
  const session = Session.open(world, place, 'change');
  await session.withLease(async () => {
    if (!session.ledger.stacks.includes(id))
      await session.finish(transitions.claimed(session.ledger, { stack: id, rotation }, session.now()));
  });
  return { statusCode: 200, domain: place.domain, stack: id };
}

/**
 * Carries out the delete of a `Baseline`, which is the destroy of its stack: rolls back to the baseline if the state in force,
 * or the open change, is this stack's. Needs neither DNS nor a private key of the stack. A missing identity, bucket or
 * schedule counts as success.
 * @throws ByodkimError NOT_ALLOWED, KEY_SHARED, IDENTITY_HAS_TENANTS, SES_UPDATE_FAILED, ACCESS_DENIED, DEPENDENCY_FAILED,
 * CONCURRENT_UPDATE.
 */
export async function destroy(
  world: World,
  { id, deletesIdentity = false, ...place }: RequestOf<'destroy'>,
): Promise<Reverted> {
  const session = Session.open(world, place, 'rollback');
  const ledger = await session.read();
  if (ledger === null) return nothingOwned(session, ledger, id);
  return session.withLease(() => deleteStack(session, id, deletesIdentity));
}

async function deleteStack(session: Session, id: string, deletesIdentity: boolean): Promise<Reverted> {
  const { open } = session.ledger;
  if (deletesIdentity) refuseForOther(session, id);
  await refuseShared(session, id);
  const deletion = deletionOf(session.ledger, id);
  // Without a rollback, SES's own refusal of the delete leaves nothing behind.
  if (deletesIdentity && (deletion === 'destroy' || deletion === 'revert'))
    await refuseHeld(session, 'destroy');
  switch (deletion) {
    case 'destroy':
      return rollBackAll(session, id);
    case 'revert':
      await session.save(transitions.stackDeleted(session.ledger, id));
      return revertOpen(session, open!);
    case 'release':
      await session.finish(transitions.released(session.ledger, open!, id, session.now()));
      return nothingReverted(session.place.domain, {
        kind: 'taken-over',
        transaction: open!.transaction,
      });
    case 'nothing':
      return deleteNothing(session, id);
  }
}

/** Refuses to destroy a stack with the identity of another engine state's, since the engine would delete it next. */
function refuseForOther({ ledger, place: { domain } }: Session, id: string): void {
  const stack = ownerElsewhere(ledger, id);
  if (stack !== undefined)
    throw new ByodkimError('NOT_ALLOWED', { kind: 'other-stack', fields: ['id'], domain, stack, found: id });
}

/**
 * Refuses to destroy a stack with the key or the record of another signing region, since the engine would remove it next. A
 * region that cannot be asked may sign with the record, and one in which a run is at work may be about to.
 * @throws ByodkimError KEY_SHARED, CONCURRENT_UPDATE
 */
async function refuseShared(session: Session, id: string): Promise<void> {
  const { ledger, place, services, world } = session;
  const owner = currentOwner(ledger);
  // Another stack of the domain, or another `Baseline` of this one, keeps the record.
  if (owner !== null && owner.stack !== id) return;
  const { keyStoreBucket } = world.environment;
  const { users, unread, atWork } = await findUsesElsewhere(services.store, ledger, {
    keyStoreBucket,
    now: session.now(),
  });
  if (users.length + unread.length > 0)
    throw new ByodkimError('KEY_SHARED', { kind: 'destroy', ...place, users, unread });
  for (const { domain, region, lease } of atWork) throw taken({ domain, region }, lease);
}

/** Carries out the delete of a stack that owns nothing. One of its attempts may still be waiting for DNS or for the lease. */
async function deleteNothing(session: Session, id: string): Promise<Reverted> {
  const answer = await nothingOwned(session, session.ledger, id);
  await session.finish(transitions.stackDeleted(session.ledger, id));
  return answer;
}

/** Answers the delete of a stack that owns nothing. A person must check if SES signs and the ledger has no owner. */
function nothingOwned(session: Session, ledger: Ledger | null, id: string): Promise<Reverted> {
  const doubt = doubtOf(ledger, id);
  const quiet = nothingReverted(session.place.domain, { kind: 'not-owned' });
  return doubt === null ? Promise.resolve(quiet) : unlessStillSet(session, ledger, doubt, quiet);
}

/** Returns the quiet answer, unless SES signs with a state that may come from this project. */
async function unlessStillSet(
  session: Session,
  ledger: Ledger | null,
  doubt: Doubt,
  quiet: Reverted,
): Promise<Reverted> {
  const { identities } = session.services;
  const { domain } = session.place;
  const state = ledger === null ? await identities.get(domain) : await observeSettled(session, ledger);
  if (state?.origin !== 'EXTERNAL' || !isOfThisProject(ledger, state)) return quiet;
  const { selector, enabled } = state;
  return revertAnswer(domain, leftAsItIs({ kind: 'still-set', selector, enabled, doubt }));
}

/**
 * Returns the reason why a delete that owns nothing may be wrong, or `null` if another stack owns the state.
 */
function doubtOf(ledger: Ledger | null, id: string): Doubt | null {
  if (!ledger?.stacks.includes(id)) return { kind: 'unknown-stack', recorded: transitions.MOST_STACKS };
  // Deleted again, it may have been deleted for the last time before a call of its own arrived.
  return currentOwner(ledger) === null ? { kind: 'no-owner' } : null;
}

/**
 * Checks whether the state of SES may come from this project. It does not if no stack owns it and a direct call has set
 * it, or if it is the state before this project. A state that is switched off signs no mail, but a late Put may have
 * set it.
 */
function isOfThisProject(ledger: Ledger | null, state: SigningState): boolean {
  if (ledger === null || currentOwner(ledger) !== null) return state.enabled;
  const { open, inForce, baseline } = ledger;
  const { selector } = state;
  if (selector !== undefined) {
    const isSetByCall = [open?.wanted, inForce].some((each) => each?.selector === selector);
    if (isSetByCall || restores(baseline, selector)) return false;
  }
  // Whatever else signs after a destroy was set by others.
  const isDestroyed = ledger.last?.event === 'destroyed';
  return (state.enabled && !isDestroyed) || isOwnSelector(ledger, state);
}

/**
 * Undoes everything that belongs to a stack. Restores the baseline as in a rollback, with a schedule armed that finishes a
 * destroy that is cut off.
 */
async function rollBackAll(session: Session, id: string): Promise<Reverted> {
  const { baseline, open, inForce, owner: ofLedger } = session.ledger;
  const owner = [open?.owner, ofLedger].find((each) => each?.stack === id);
  if (!baseline || !owner) return deleteNothing(session, id);
  const transaction = open?.transaction ?? owner.transaction;
  const wanted = open?.wanted ?? inForce ?? owner.wanted;
  return undoAll(session, baseline, { transaction, source: 'terraform', wanted, owner });
}

/** Rolls back to the baseline with a schedule armed, and clears the ledger. */
async function undoAll(
  session: Session,
  baseline: Snapshot,
  undone: Pick<Open, 'transaction' | 'source' | 'wanted' | 'owner'>,
): Promise<Reverted> {
  const before = session.ledger;
  const now = session.now();
  const armed = before.open?.armed ?? (await arm(session, planRollback(now, before), undone.transaction));
  const open: Open = {
    ...undone,
    state: 'undoing',
    destroys: true,
    previous: baseline,
    armed,
    startedAt: now,
  };
  await session.save(transitions.destroying(before, open, now));
  return revertOpen(session, open, { before });
}

/**
 * Removes a domain that direct calls have set, as a destroy does: rolls back to the baseline, and clears the ledger, so that
 * audits pass over the domain. Then deletes the identity if `add` has made it. A missing identity counts as success.
 * @throws ByodkimError NOT_ALLOWED if the domain belongs to a stack; IDENTITY_HAS_TENANTS
 */
export async function remove(world: World, { domain, region }: Place): Promise<Removed> {
  const session = Session.open(world, { domain, region }, 'rollback');
  // Without a ledger, nothing is written, or audits would look at a domain that nobody has set.
  const answer =
    (await session.read()) === null
      ? await removeUnknown(session)
      : await session.withLease(() => removeSet(session));
  // A person must check first why SES still signs.
  return answer.incomplete ? answer : { ...answer, identity: await deleteMade(session) };
}

/** The answer to `remove`. */
export interface Removed extends Reverted {
  /** State of the identity afterwards: `kept` if `add` has not made it. Absent if the removal is not complete. */
  readonly identity?: 'deleted' | 'kept' | 'missing';
}

async function removeUnknown(session: Session): Promise<Reverted> {
  await refuseMadeHeld(session);
  return nothingSet(session, null);
}

async function removeSet(session: Session): Promise<Reverted> {
  const { ledger, world } = session;
  const { baseline, open, inForce } = ledger;
  requireNoStack(ledger);
  await refuseMadeHeld(session);
  const wanted = open?.wanted ?? inForce;
  if (baseline && wanted) {
    const transaction = open?.transaction ?? `direct-${world.uuid()}`;
    return undoAll(session, baseline, { transaction, source: 'direct', wanted, owner: null });
  }
  const answer = await nothingSet(session, ledger);
  if (ledger.unverified !== null) await session.finish({ ...ledger, unverified: null });
  return answer;
}

/** Refuses a removal whose delete SES would refuse. Asks first whether a tenant holds the identity, since few have one. */
async function refuseMadeHeld(session: Session): Promise<void> {
  try {
    await refuseHeld(session, 'remove');
  } catch (error) {
    const { identities } = session.services;
    if (!hasCode(error, 'IDENTITY_HAS_TENANTS') || (await identities.get(session.place.domain))?.made)
      throw error;
  }
}

/** Deletes the identity if the function has made it: its tag shows that, whatever became of the ledger. */
async function deleteMade({ services, place }: Session): Promise<Removed['identity']> {
  const state = await services.identities.get(place.domain);
  if (state === null) return 'missing';
  if (!state.made) return 'kept';
  await services.identities.remove(place.domain);
  return 'deleted';
}

/** Answers the removal of a domain of which nothing is in force. A person must check if SES signs all the same. */
const nothingSet = (session: Session, ledger: Ledger | null): Promise<Reverted> =>
  unlessStillSet(
    session,
    ledger,
    { kind: 'no-owner' },
    nothingReverted(session.place.domain, { kind: 'nothing-set' }),
  );

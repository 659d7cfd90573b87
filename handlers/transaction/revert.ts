/** Reverts a change: manually, by its schedule, or because its stack is destroyed. */

import type { Place } from '../contract/input/event';
import { gateWith } from '../contract/input/event';
import type { GateSettings } from '../contract/settings/settings';
import { unprovedRecord as unprovedFacts } from '../dns/outcome';
import { asByodkimError, type ByodkimError, CERTIFICATE_CODES, hasCode } from '../errors/errors';
import { fetchRecordedKey } from '../keys/stored-key';
import { isWaiting, type Ledger, type Open, type Snapshot, type Unverified } from '../ledger/ledger';
import type { Reverted } from '../ledger/results';
import { Session } from '../ledger/session';
import * as transitions from '../ledger/transitions';
import type { UnprovedRecord } from '../words/gate';
import type { World } from '../world';
import { noteOf, nothingReverted, revertAnswer } from './answers';
import { close } from './confirmed-commit';
import { leftAsItIs, type Restored, restore } from './restore';

/**
 * Reverts the open change now: `byodkim revert` (RFC 6241 cancel-commit).
 * @throws ByodkimError as `revertOpen`.
 */
export async function revertByHand(world: World, target: Place): Promise<Reverted> {
  const session = Session.open(world, target, 'rollback');
  return session.withLease(async () => {
    const { open } = session.ledger;
    if (open === null) return nothingReverted(target.domain, { kind: 'nothing-open' });
    try {
      return await revertOpen(session, open);
    } catch (error) {
      await noteFailure(session, asByodkimError(error));
      throw error;
    }
  });
}

/**
 * Records why a manual revert failed, so that `byodkim status` prints the reason and the commands that restore SES. It does not
 * count as notified: people hear of the schedule's failure, too.
 */
async function noteFailure(session: Session, { code, message: what }: ByodkimError): Promise<void> {
  const { open } = session.ledger;
  if (open === null || code === 'CONCURRENT_UPDATE') return;
  const at = session.now();
  const { since = at, notifiedAt = 0, codes } = open.failing ?? {};
  const why = { code, what, since, at, notifiedAt, ...(codes && { codes }) };
  try {
    await session.save(transitions.failing(session.ledger, open, why));
  } catch (error) {
    session.warn('failure-not-recorded', error);
  }
}

/** Facts about a rollback that are known beforehand. */
interface Rollback {
  /** Reason of the rollback, if SES had not verified the change in time. */
  readonly unverified?: Unverified;
  /** Whether SES may have signed with the wanted key. @default true */
  readonly hasSigned?: boolean;
  /** The ledger before this run recorded that it undoes the change, with which the state of SES is compared. */
  readonly before?: Ledger;
}

/**
 * Restores the state before an open change, and closes it.
 * @throws ByodkimError SES_UPDATE_FAILED, ACCESS_DENIED, DEPENDENCY_FAILED, CONCURRENT_UPDATE; if no stack is destroyed,
 * CERTIFICATE_*.
 */
export async function revertOpen(
  session: Session,
  open: Open,
  { unverified, before = session.ledger, ...known }: Rollback = {},
): Promise<Reverted> {
  // A check that fires now would treat the state that this rollback sets as a change by others.
  if (isWaiting(open))
    await session.save(transitions.reverting(session.ledger, open, session.now(), { unverified }));
  const restored = await restorePrevious(session, open, before);
  const { ledger } = session;
  const note = noteOf(restored.state);
  const ended = open.destroys
    ? transitions.destroyed(ledger, open.owner?.stack ?? open.transaction, note, session.now())
    : transitions.reverted(ledger, open, { changed: restored.changed, note, ...known }, session.now());
  const warnings = await close(session, ended, open.armed);
  const unproved = await unprovedRecord(session, open.previous, restored, open.owner?.gate);
  return revertAnswer(session.place.domain, restored, { warnings, unproved });
}

async function restorePrevious(session: Session, open: Open, before: Ledger): Promise<Restored> {
  try {
    return await restore(session, { snapshot: open.previous }, { before });
  } catch (error) {
    if (!open.destroys || !hasCode(error, ...CERTIFICATE_CODES)) throw error;
    // A lost key must not block a destroy.
    return leftAsItIs({ kind: 'not-restorable', problem: error.message });
  }
}

/** Asks DNS once for the record of a selector that was restored: SES verifies it anew. A failed query is not reported. */
async function unprovedRecord(
  { services, world, place, clock, leftMs }: Session,
  { restoration, enabled }: Snapshot,
  { changed }: Restored,
  gate: GateSettings = {},
): Promise<UnprovedRecord | undefined> {
  if (!changed || !enabled || restoration.kind !== 'byodkim') return undefined;
  const { selector } = restoration;
  try {
    const { key } = await fetchRecordedKey(services.store, world.redactor, restoration.key);
    const settings = { ...gateWith(gate, world.environment), waitSeconds: 0 };
    const request = { domain: place.domain, selector, expected: key.publicKey, ...settings };
    const outcome = await world.prove(request, { clock, remainingMs: leftMs });
    return outcome.ready ? undefined : unprovedFacts(outcome);
  } catch {
    return undefined;
  }
}

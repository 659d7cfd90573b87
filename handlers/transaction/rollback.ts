import { GET_IDENTITY, isUnansweredWrite } from '../aws/aws-error';
import { iso } from '../clock';
import { asByodkimError, ByodkimError } from '../errors/errors';
import type { Arming, Ledger, Open, Snapshot } from '../ledger/ledger';
import { isLeaseLost, type Session } from '../ledger/session';
import * as transitions from '../ledger/transitions';
import { manualCommands } from '../notices/aws-commands';
import type { ErrorFacts } from '../words/errors';
import { noteOf } from './answers';
import { ownArming, planRollback } from './arming';
import { arm, close, disarm } from './confirmed-commit';
import { endingOf, type Restored, restore } from './restore';
import type { PriorState } from './snapshot';

/** Throws a failure that came before the Put. If the change is open, its armed revert or the next attempt ends it. */
export function throwUntouched(error: unknown): never {
  const first = asByodkimError(error, 'SES_UPDATE_FAILED');
  throw first.with({ ending: { kind: 'untouched' } });
}

/** A change that failed, with the ledger before it. */
interface Failed {
  readonly before: Ledger;
  readonly open: Open;
}

/**
 * Rolls back after a failure that came with the Put or later: restores the prior state, records that, and disarms.
 * @returns the error to throw: the first one with the outcome of the rollback, or ROLLBACK_FAILED
 */
export async function rollBack(
  session: Session,
  { before, open, prior }: Failed & { readonly prior: PriorState },
  error: unknown,
): Promise<ByodkimError> {
  const first = asByodkimError(error, 'SES_UPDATE_FAILED');
  if (isLeaseLost(first)) return first;
  session.enter('rollback');
  session.world.log.error('change-failed', {
    ...session.place,
    code: first.code,
    error: first.message,
  });
  try {
    // Even a refused Put may have followed one whose answer was lost, so only SES can show its state.
    const restored = await restore(session, prior, { put: open.wanted.selector });
    const more = await recordRollback(
      session,
      { before, open },
      restored,
      isUnansweredWrite(first) || before.open?.state === 'opening',
    );
    return first.with({ ending: { ...endingOf(restored), ...more } });
  } catch (second) {
    if (isLeaseLost(second)) return second;
    return rollbackFailed(session, open, first, asByodkimError(second, 'SES_UPDATE_FAILED'));
  }
}

/**
 * Writes the rollback to the ledger. A Put of this run, or of one that was cut off, may still arrive if it was not answered.
 * The change then stays open, and its armed revert checks SES.
 * @returns the facts that are added to the error
 */
async function recordRollback(
  session: Session,
  { before, open }: Failed,
  restored: Restored,
  mayArrive: boolean,
): Promise<Pick<ReturnType<typeof endingOf>, 'checkedAt' | 'recordedBy'>> {
  try {
    if (mayArrive) {
      const note = noteOf(restored.state);
      const armed = await armedOrArm(session, open);
      await session.finish(
        transitions.reverting(session.ledger, { ...open, armed }, session.now(), { note }),
      );
      if (ownArming(before, open)) await disarm(session, before.open?.armed);
      return { checkedAt: iso(armed.at) };
    }
    const ended = transitions.reverted(
      session.ledger,
      open,
      {
        changed: restored.changed,
        note: noteOf(restored.state),
        hasSigned: open.state !== 'opening' || restored.changed,
      },
      session.now(),
    );
    await close(session, ended, before.open?.armed, ownArming(before, open));
    return {};
  } catch (error) {
    session.warn('rollback-not-recorded', error);
    return { recordedBy: open.armed ? 'revert' : 'deploy' };
  }
}

/** Makes the error of a change that failed and could not be rolled back either, and arms a retry. */
async function rollbackFailed(
  session: Session,
  open: Open,
  first: ByodkimError,
  second: ByodkimError,
): Promise<ByodkimError> {
  const { place, services } = session;
  session.enter('record');
  // After a failed read there is no time for another one.
  const found =
    'action' in second.facts && second.facts.action === GET_IDENTITY
      ? undefined
      : await services.identities.get(place.domain).catch(() => undefined);
  const commands = manualCommands(place, open.previous);
  const armed = await armRetry(session, open);
  const retryAt = armed && iso(armed.at);
  return new ByodkimError(
    'ROLLBACK_FAILED',
    {
      domain: place.domain,
      region: place.region,
      first: { code: first.code, message: first.message },
      second: { code: second.code, message: second.message },
      found,
      expected: expectedState(open.previous),
      commands,
      retryAt,
    },
    { cause: first },
  );
}

/** Records that the rollback failed, and arms a retry if nothing is armed yet. @returns the arming that tries it again */
async function armRetry(session: Session, open: Open): Promise<Arming | null> {
  try {
    const armed = await armedOrArm(session, open);
    await session.save(transitions.rollbackFailed(session.ledger, { ...open, armed }, session.now()));
    return armed;
  } catch (error) {
    session.world.log.error('failed-rollback-not-recorded', {
      ...session.place,
      armed: open.armed?.at,
      error: String(error),
    });
    return open.armed;
  }
}

/** Returns the arming of a change, and arms a schedule if its request asked for none. */
const armedOrArm = async (session: Session, { armed, transaction }: Open): Promise<Arming> =>
  armed ?? (await arm(session, planRollback(session.now(), session.ledger), transaction));

type ExpectedState = ErrorFacts['ROLLBACK_FAILED']['expected'];

function expectedState({ origin, selector, enabled, status, restoration }: Snapshot): ExpectedState {
  const lost = restoration.kind === 'disable' ? restoration.reason : undefined;
  return { origin, selector, enabled, status, lost };
}

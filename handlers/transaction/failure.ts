import { ByodkimError } from '../errors';
import type { World } from '../world';
import { disarm, ownArming } from './arming';
import { type Ledger, type Open, withUndone } from './ledger';
import { restore } from './restore';
import { rollbackFailed } from './rollback-failed';
import { isTakenOver, type Session } from './session';
import type { PriorState } from './snapshot';

const asByodkimError = (error: unknown): ByodkimError =>
  error instanceof ByodkimError
    ? error
    : new ByodkimError('SES_UPDATE_FAILED', `Unexpected: ${(error as Error)?.message ?? error}`, {}, error);

/** The same error, with more said at its end and in its details. */
const withEnding = (error: ByodkimError, sentence: string, details: Record<string, unknown>): ByodkimError =>
  new ByodkimError(
    error.code,
    `${error.message} ${sentence}`,
    { ...error.details, ...details },
    error.cause ?? error,
  );

/** Nothing in SES was changed: the ledger goes back to what it said, but for the count of armings. */
export async function failBeforePut(
  world: World,
  session: Session,
  before: Ledger,
  opened: Open,
  error: unknown,
): Promise<ByodkimError> {
  const first = asByodkimError(error);
  if (isTakenOver(first)) return first;
  try {
    await session.finish(
      (ledger) => ({ ...before, armings: ledger.armings, writeId: ledger.writeId, history: ledger.history }),
      { event: 'failed', transaction: opened.transaction, detail: first.code },
    );
    await disarm(world, session, ownArming(before, opened));
  } catch (later) {
    world.log.warn('The ledger could not be closed; the armed revert will find nothing to undo', {
      ...session.place,
      error: String(later),
    });
  }
  return withEnding(first, 'SES was not touched.', { rollback: 'nothing was changed' });
}

/**
 * A failure from the Put on: puts the prior state back, writes it down, disarms. Answers the error to throw: the
 * first one, with the outcome of the rollback in it, or ROLLBACK_FAILED.
 */
export async function rollBack(
  world: World,
  session: Session,
  before: Ledger,
  open: Open,
  prior: PriorState,
  error: unknown,
): Promise<ByodkimError> {
  const first = asByodkimError(error);
  if (isTakenOver(first)) return first;
  world.log.error('The change failed; the prior state is put back', {
    ...session.place,
    code: first.code,
    error: first.message,
  });
  try {
    // Even a refused Put may have followed one whose answer was lost: only SES can say what it has.
    const restored = await restore(world, session, open.previous, {
      ...(prior.key && { key: prior.key }),
      ...(isKnownApplied(first) && {
        known: {
          origin: 'EXTERNAL',
          selector: open.wanted.selector,
          enabled: true,
          status: 'PENDING',
          tokens: [],
        },
      }),
    });
    const ending = restored.changed
      ? `SES was put back: ${restored.note}.`
      : `SES is as it was: ${restored.note}.`;
    return withEnding(first, `${ending}${await close(world, session, before, open, restored.note)}`, {
      rollback: restored.note,
    });
  } catch (second) {
    if (isTakenOver(second)) return second as ByodkimError;
    return rollbackFailed(world, session, open, first, asByodkimError(second));
  }
}

/** VERIFICATION_TIMEOUT comes only after SES itself showed the new state. */
const isKnownApplied = (first: ByodkimError): boolean => first.code === 'VERIFICATION_TIMEOUT';

async function close(
  world: World,
  session: Session,
  before: Ledger,
  open: Open,
  note: string,
): Promise<string> {
  try {
    await session.finish((ledger) => reverted(ledger, open, world.clock.now()), {
      event: 'reverted',
      transaction: open.transaction,
      detail: note,
    });
    await disarm(world, session, before.open?.armed);
    await disarm(world, session, ownArming(before, open));
    return '';
  } catch (error) {
    world.log.warn('The rollback could not be written down', { ...session.place, error: String(error) });
    return ` This could not be written to the ledger; ${open.armed ? 'the armed revert' : 'the next deploy'} will do so.`;
  }
}

/**
 * The ledger after a revert of `open`: the owner of before is in force again. Where there is none, and this was the
 * first change, the baseline is restored as well: what somebody sets by hand from now on is not ours to undo.
 */
export function reverted(ledger: Ledger, open: Open, at: number): Ledger {
  const putBack = ledger.owner?.transaction ?? null;
  const isFirst = ledger.baseline?.observedAt === open.previous.observedAt;
  const isBack = open.previous.restoration.kind !== 'disable';
  return {
    ...ledger,
    open: null,
    baseline: putBack === null && isFirst && isBack ? null : ledger.baseline,
    // A direct call that had taken over a stack's change has undone that one, too.
    lastRevert:
      open.owner === null || open.owner.transaction === putBack
        ? ledger.lastRevert
        : withUndone(ledger, open.owner, at),
  };
}

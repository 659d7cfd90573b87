import { ByodkimError } from '../errors';
import type { World } from '../world';
import { disarm } from './arming';
import type { Ledger, Open } from './ledger';
import { manualCommands } from './manual';
import { observe } from './observe';
import { restore } from './restore';
import type { Session } from './session';
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

/** The run lost its lease: whoever took over has read the same ledger and decides. Nothing may be undone by us. */
const isTakenOver = (error: unknown): boolean =>
  error instanceof ByodkimError && error.code === 'CONCURRENT_UPDATE';

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
    await session.save(
      (ledger) => ({ ...before, armings: ledger.armings, writeId: ledger.writeId, history: ledger.history }),
      { event: 'failed', transaction: opened.transaction, detail: first.code },
    );
    await disarm(world, session, opened.armed);
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
    return withEnding(first, `${ending}${await close(world, session, open, restored.note)}`, {
      rollback: restored.note,
    });
  } catch (second) {
    if (isTakenOver(second)) return second as ByodkimError;
    return rollbackFailed(session, open, first, asByodkimError(second));
  }
}

/** VERIFICATION_TIMEOUT comes only after SES itself showed the new state. */
const isKnownApplied = (first: ByodkimError): boolean => first.code === 'VERIFICATION_TIMEOUT';

async function close(world: World, session: Session, open: Open, note: string): Promise<string> {
  try {
    await session.save((ledger) => reverted(ledger, open, world.clock.now()), {
      event: 'reverted',
      transaction: open.transaction,
      detail: note,
    });
    await disarm(world, session, open.armed);
    return '';
  } catch (error) {
    world.log.warn('The rollback could not be written down; the armed revert will do it', {
      ...session.place,
      error: String(error),
    });
    return ' It could not be written to the ledger; the armed revert will do so.';
  }
}

/** The ledger after a revert of `open`: the owner of before is in force again. */
export const reverted = (ledger: Ledger, open: Open, at: number): Ledger => ({
  ...ledger,
  open: null,
  lastRevert:
    open.source === 'direct'
      ? ledger.lastRevert
      : {
          undid: open.transaction,
          putBack: ledger.owner?.transaction ?? null,
          ...(open.owner?.driftToken !== undefined && { driftToken: open.owner.driftToken }),
          at,
        },
});

async function rollbackFailed(
  session: Session,
  open: Open,
  first: ByodkimError,
  second: ByodkimError,
): Promise<ByodkimError> {
  const found = await observe(session.services.identities, session.place).catch(() => undefined);
  const commands = manualCommands(session.place, open.previous);
  const again = open.armed ? ` It is tried again at ${new Date(open.armed.at).toISOString()}.` : '';
  await session
    .save((ledger) => ledger, { event: 'failed', transaction: open.transaction, detail: 'rollback failed' })
    .catch(() => undefined);
  return new ByodkimError(
    'ROLLBACK_FAILED',
    `The change of ${session.place.domain} failed (${first.code}: ${first.message}) and the prior state could not be ` +
      `put back (${second.code}: ${second.message}).${again} SES now has: ` +
      `${found === undefined ? 'unknown, it does not answer' : JSON.stringify(found)}. To mend it by hand: ` +
      `${commands.join(' ; ')}`,
    {
      first: { code: first.code, message: first.message },
      second: { code: second.code, message: second.message },
      found,
      expected: open.previous,
      commands,
      retryAt: open.armed?.at,
    },
    first,
  );
}

import type { SigningState } from '../aws/email-identity';
import { ByodkimError } from '../errors';
import type { World } from '../world';
import { arm, planFirstRetry } from './arming';
import type { Arming, Open, Snapshot } from './ledger';
import { manualCommands } from './manual';
import { observe } from './observe';
import type { Session } from './session';

const GET = 'ses:GetEmailIdentity';

/** What is said, and armed, when a change failed and its prior state could not be put back either. */
export async function rollbackFailed(
  world: World,
  session: Session,
  open: Open,
  first: ByodkimError,
  second: ByodkimError,
): Promise<ByodkimError> {
  const { place, services } = session;
  // When looking is what failed, there is no time to look once more.
  const found =
    second.details.action === GET
      ? undefined
      : await observe(services.identities, place).catch(() => undefined);
  const commands = manualCommands(place, open.previous);
  const armed = open.armed ?? (await armRetry(world, session, open));
  if (open.armed !== null)
    await session
      .save((ledger) => ledger, {
        event: 'failed',
        transaction: open.transaction,
        detail: 'rollback failed',
      })
      .catch(() => undefined);
  const retryAt = armed && new Date(armed.at).toISOString();
  return new ByodkimError(
    'ROLLBACK_FAILED',
    [
      `The change of ${place.domain} in ${place.region} failed, and what was there before could not be put back.`,
      `SES has now: ${described(found)}. It should have: ${describedSnapshot(open.previous)}.`,
      retryAt === null
        ? 'Nothing tries it again by itself.'
        : `It is tried again by itself at ${retryAt} and every ten minutes after that; deploying again mends it, too.`,
      `First failure: ${first.code}: ${first.message} Putting back: ${second.code}: ${second.message}`,
      // Each on a line of its own, so that it can be copied.
      ['To mend it by hand, now:', ...commands].join('\n  '),
    ].join(' '),
    {
      first: { code: first.code, message: first.message },
      second: { code: second.code, message: second.message },
      found,
      expected: open.previous,
      commands,
      retryAt,
    },
    first,
  );
}

/** A change that nothing would revert by itself, now that its rollback has failed. */
async function armRetry(world: World, session: Session, open: Open): Promise<Arming | null> {
  const armed = planFirstRetry(world, session.place, session.ledger);
  try {
    await arm(session.services, session.place, armed, open.transaction);
    await session.save((ledger) => ({ ...ledger, armings: armed.number, open: { ...open, armed } }), {
      event: 'rearmed',
      transaction: open.transaction,
      detail: 'rollback failed',
    });
    return armed;
  } catch (error) {
    world.log.error('The revert could not be armed', { ...session.place, error: String(error) });
    return null;
  }
}

const described = (state: SigningState | null | undefined): string => {
  if (state === undefined) return 'unknown, it does not answer';
  if (state === null) return 'no such identity';
  return inWords(state);
};

const describedSnapshot = (snapshot: Snapshot): string =>
  snapshot.restoration.kind === 'disable'
    ? `signing switched off, since ${snapshot.restoration.reason}`
    : inWords(snapshot);

const inWords = ({ origin, selector, enabled, status }: SigningState | Snapshot): string =>
  `${origin === 'AWS_SES' ? 'Easy DKIM (AWS_SES)' : origin}${selector ? ` with selector ${selector}` : ''}, ` +
  `signing ${enabled ? 'on' : 'off'}, status ${status}`;

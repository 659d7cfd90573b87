import { asByodkimError } from '../answer';
import type { Services, World } from '../world';
import { armDrill } from './drill';
import { readDrill } from './drill-store';

/** The one drill that the audit repeats; its record says how the last one went. */
const MONTHLY = 'monthly';
/** A schedule that is this late does not come any more: Lambda repeats an invocation for six hours at most. */
const GIVEN_UP_MS = 6 * 3_600_000;

/**
 * Looks whether the drill of the last audit came back, and begins the next one. A schedule that dies on its way raises
 * an alarm at once; this tells as well where there is no alarm, or nobody listens to it.
 * @returns what is wrong with the way back, in a sentence; `null`: nothing is known to be
 */
export async function repeatDrill(world: World, services: Services): Promise<string | null> {
  try {
    // Written before it is read: S3 may call an object that is not there forbidden.
    if (await armDrill(world, services, MONTHLY, null)) return null;
    const last = (await readDrill(world, services.store, MONTHLY))!;
    const isLost = last.record.firedAt === null;
    // The same audit, delivered twice.
    if (isLost && world.clock.now() - Date.parse(last.record.firesAt) < GIVEN_UP_MS) return null;
    await armDrill(world, services, MONTHLY, last);
    return isLost
      ? `the schedule that was armed for ${last.record.firesAt} has never reached the function`
      : null;
  } catch (error) {
    const { code, message } = asByodkimError(error);
    return `no schedule can be armed: ${code}: ${message}`;
  }
}

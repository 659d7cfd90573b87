import { ARRIVAL } from '../budgets';
import type { Clock } from '../clock';
import { type ByodkimError, hasCode } from '../errors';

/**
 * Repeats, for a bounded time, what is refused although it should be allowed: IAM and tags take seconds to minutes to
 * arrive, and a first deploy comes right after the control stack and the identity were made.
 * @throws what the work throws; where it was refused all the time, saying so.
 */
export async function onceArrived<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const startedAt = clock.now();
  for (let pause: number = ARRIVAL.firstPauseMs; ; pause = Math.min(pause * 2, ARRIVAL.longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!mayArrive(error)) throw error;
      const waited = clock.now() - startedAt;
      if (waited + pause > ARRIVAL.longestMs) throw refusedAllTheTime(error, waited);
      await clock.sleep(pause).catch(() => {
        throw refusedAllTheTime(error, waited);
      });
    }
  }
}

const mayArrive = (error: unknown): error is ByodkimError =>
  hasCode(error, 'ACCESS_DENIED') || (hasCode(error, 'DEPENDENCY_FAILED') && 'arrivesLate' in error.details);

function refusedAllTheTime(error: ByodkimError, waitedMs: number): ByodkimError {
  const seconds = Math.round(waitedMs / 1000);
  return error.with(
    { triedAgainForSeconds: seconds },
    `It was tried again for ${seconds} s, since permissions and tags that were just made arrive late.`,
  );
}

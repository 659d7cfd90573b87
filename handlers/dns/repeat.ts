import type { Clock } from '../clock';

/** Between rounds: short at first, since a zone transfer takes seconds, then longer. */
const FIRST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 15;

/** No round begins with less time left: one that is cut short knows less than the one before it. */
const ROUND_MS = 4000;

/**
 * Repeats a check until it is ready, for `waitSeconds` at most.
 * @param check receives the number of the round, and whether it is the last one
 */
export const untilReady = async <T extends { readonly ready: boolean }>(
  waitSeconds: number,
  world: { readonly clock: Clock; readonly signal?: AbortSignal; remainingMs(): number },
  check: (round: number, isLast: boolean) => Promise<T>,
): Promise<T> => {
  const { clock, signal } = world;
  const until = clock.now() + waitSeconds * 1000;
  const leftMs = (): number => Math.min(until - clock.now(), world.remainingMs() - ROUND_MS);
  let pauseSeconds = FIRST_PAUSE_SECONDS;
  for (let round = 1; ; round += 1) {
    const outcome = await check(round, leftMs() <= 0);
    const left = leftMs();
    if (outcome.ready || left <= 0) return outcome;
    await clock.sleep(Math.min(pauseSeconds * 1000, left), signal);
    pauseSeconds = Math.min(pauseSeconds * 1.5, LONGEST_PAUSE_SECONDS);
  }
};

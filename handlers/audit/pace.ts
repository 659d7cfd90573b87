import type { Clock } from '../clock';

/** Spaces calls: each caller waits for its turn, `intervalMs` after the one before. */
export function pace(clock: Clock, intervalMs: number): () => Promise<void> {
  let next = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = clock.now();
    const turn = Math.max(now, next);
    next = turn + intervalMs;
    if (turn > now) await clock.sleep(turn - now);
  };
}

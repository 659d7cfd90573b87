export type TokenBucket = ReturnType<typeof createTokenBucket>;

/**
 * A token bucket: AWS's control APIs take a steady rate, and a burst.
 * @param burst requests that are taken at once after a rest; one second's worth, when it is left out
 */
export function createTokenBucket(requestsPerSecond: number, burst = requestsPerSecond) {
  const capacity = Math.max(1, burst);
  let tokens = capacity;
  let refilledAt = Number.NEGATIVE_INFINITY;
  return {
    /** Whether one more request is taken at that time (ms). */
    take(now: number): boolean {
      const gained = Math.max(0, now - refilledAt) * (requestsPerSecond / 1000);
      tokens = Math.min(capacity, tokens + gained);
      refilledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}

export type TokenBucket = ReturnType<typeof createTokenBucket>;

/** A token bucket: AWS's control APIs take a steady rate, and after a rest one second's worth at once. */
export function createTokenBucket(requestsPerSecond: number) {
  const capacity = Math.max(1, requestsPerSecond);
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

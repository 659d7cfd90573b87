/** A token bucket: AWS's control APIs take a steady rate and a burst as large as one second's worth. */
export interface TokenBucket {
  /** Whether one more request is taken at that time (ms). */
  take(now: number): boolean;
}

export function createTokenBucket(requestsPerSecond: number): TokenBucket {
  const capacity = Math.max(1, requestsPerSecond);
  let tokens = capacity;
  let refilledAt = Number.NEGATIVE_INFINITY;
  return {
    take(now) {
      const gained = Math.max(0, now - refilledAt) * (requestsPerSecond / 1000);
      tokens = Math.min(capacity, tokens + gained);
      refilledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}

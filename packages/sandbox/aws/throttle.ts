/** Limits the rate of requests that an API accepts. Tests may change it while the sandbox is running. */
export interface RequestRate {
  /** Requests of each operation per second, for each account and region. `Infinity`: no limit. */
  requestsPerSecond: number;
}

export interface Throttle {
  /** Returns whether the API accepts one more request at that time (ms). */
  takes(operation: string, region: string, now: number): boolean;
}

/**
 * After a pause, two requests are accepted at once. AWS does not document the number; this is the smallest one that
 * allows a burst.
 */
const BURST = 2;

/** Makes an API's token buckets, one for each operation and region. */
export function createThrottle(rate: RequestRate, exempt: RegExp): Throttle {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    takes(operation, region, now) {
      const { requestsPerSecond } = rate;
      if (requestsPerSecond === Number.POSITIVE_INFINITY || exempt.test(operation)) return true;
      const key = `${region} ${operation}`;
      const { tokens, at } = buckets.get(key) ?? { tokens: BURST, at: now };
      const left = Math.min(BURST, tokens + (Math.max(0, now - at) * requestsPerSecond) / 1000);
      const isTaken = left >= 1;
      buckets.set(key, { tokens: isTaken ? left - 1 : left, at: now });
      return isTaken;
    },
  };
}

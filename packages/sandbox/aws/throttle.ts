/** Limits the requests that an API takes; tests may change it while the sandbox is up. */
export interface RequestRate {
  /** Of each operation, per account and region. `Infinity`: no limit. */
  requestsPerSecond: number;
}

export interface Throttle {
  /** Returns whether one more request is taken at that time (ms). */
  takes(operation: string, region: string, now: number): boolean;
}

/** After a rest two requests are taken at once. AWS does not document how many: this is the least with any burst. */
const BURST = 2;

/** Makes the token buckets of an API, one for each operation and region. */
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

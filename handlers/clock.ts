import timers from 'node:timers/promises';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** ISO 8601, UTC. */
export const iso = (ms: number): string => new Date(ms).toISOString();
/** UTC, e.g. `2026-12-03`. */
export const day = (ms: number): string => iso(ms).slice(0, 10);
/** Returns the first whole day (UTC) after a moment, e.g. `2026-12-03`. */
export const dayFrom = (ms: number): string => day(Math.ceil(ms / DAY_MS) * DAY_MS);

/** The clock, passed as an argument. Nothing else in the handler reads a clock or waits. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A clock that also limits calls. */
export interface LimitingClock extends Clock {
  /** As `sleep`, for a call that must be answered by then. The sandbox shortens sleeps, but no call is faster for that. */
  limit(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: LimitingClock = {
  now: () => Date.now(),
  sleep: (ms, signal) => timers.setTimeout(ms, undefined, { signal }),
  limit: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
};

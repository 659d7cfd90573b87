import { DAY_MS } from '../clock';
import { KEY_LIFETIME_DAYS, KEY_WARNING_DAYS } from '../contract';

export { KEY_LIFETIME_DAYS, KEY_WARNING_DAYS };

/** When a key that was made at `madeAt` must be replaced. Milliseconds since the epoch, both. */
export const keyDueAt = (madeAt: number, lifetimeDays = KEY_LIFETIME_DAYS): number =>
  madeAt + lifetimeDays * DAY_MS;

/** Whole days until a key must be replaced; negative when it is overdue. */
export const keyDaysLeft = (madeAt: number, now: number, lifetimeDays?: number): number =>
  Math.floor((keyDueAt(madeAt, lifetimeDays) - now) / DAY_MS);

import { DAY_MS } from '../clock';
import { KEY_LIFETIME_DAYS } from '../contract';

/** When a key that was made at `madeAt` must be replaced. Milliseconds since the epoch, both. */
export const keyDueAt = (madeAt: number, lifetimeDays = KEY_LIFETIME_DAYS): number =>
  madeAt + lifetimeDays * DAY_MS;

/** Whole days until a key must be replaced; negative when it is overdue. */
export const keyDaysLeft = (madeAt: number, now: number, lifetimeDays?: number): number =>
  Math.floor((keyDueAt(madeAt, lifetimeDays) - now) / DAY_MS);

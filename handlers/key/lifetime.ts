/** How long a DKIM key is used before it is replaced, unless its list says otherwise: 15 months. */
export const KEY_LIFETIME_DAYS = 456;
/** How long before that its replacement is asked for: a rotation needs two teams. */
export const KEY_WARNING_DAYS = 60;

const DAY_MS = 86_400_000;

/** When a key that was made at `madeAt` must be replaced. Milliseconds since the epoch, both. */
export const keyDueAt = (madeAt: number, lifetimeDays = KEY_LIFETIME_DAYS): number =>
  madeAt + lifetimeDays * DAY_MS;

/** Whole days until a key must be replaced; negative when it is overdue. */
export const keyDaysLeft = (madeAt: number, now: number, lifetimeDays?: number): number =>
  Math.floor((keyDueAt(madeAt, lifetimeDays) - now) / DAY_MS);

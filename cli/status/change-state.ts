import type { StatusAnswer } from './subject';

/** What a schedule may be late by: it is precise to a minute, and a failed invocation is repeated. */
const LATE_MS = 120_000;

type Change = Pick<StatusAnswer, 'revertsAt' | 'waiting'>;

/** A time that is over, although what was to happen then has not. */
export interface Overdue {
  readonly what: 'rollback' | 'check';
  readonly byMs: number;
}

/** Returns what the schedule of an open change should have done by now: nothing comes of it by itself any more. */
export function overdueOf({ revertsAt, waiting }: Change, now: number): Overdue | null {
  const late = (iso: string | null | undefined): number => (iso ? now - Date.parse(iso) : 0);
  if (late(revertsAt) > LATE_MS) return { what: 'rollback', byMs: late(revertsAt) };
  const byMs = late(waiting?.nextCheckAt);
  return byMs > LATE_MS ? { what: 'check', byMs } : null;
}

/** Formats a duration: `50 min`, `71 h`. SES may have three days; a rollback comes within minutes. */
export function formatDuration(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  return minutes < 180 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

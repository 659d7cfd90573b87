import { Cron } from 'croner';
import { AwsError } from '../../contract/service';

/** Computes the times at which a schedule fires, in milliseconds since the epoch (UTC). */
export interface Timetable {
  /** Whether it fires once. */
  readonly once: boolean;
  /**
   * Returns the first time after `after`, or undefined if it never fires again. A one-time schedule returns its time,
   * even in the past.
   */
  next(after: number): number | undefined;
}

const UNITS_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/**
 * Reads `at(yyyy-mm-ddThh:mm:ss)`, `rate(n unit)` or `cron(minutes hours day-of-month month day-of-week year)`.
 * @param startedAt a rate counts from here
 * @throws AwsError ValidationException
 */
export function parseExpression(expression: string, startedAt: number): Timetable {
  const [, kind, content = ''] = /^(at|rate|cron)\((.*)\)$/.exec(expression ?? '') ?? [];
  const timetable = kind === undefined ? undefined : KINDS[kind as Kind](content, startedAt);
  if (timetable) return timetable;
  throw new AwsError('ValidationException', `Invalid Schedule Expression ${expression}.`);
}

type Kind = 'at' | 'rate' | 'cron';

const KINDS: Readonly<Record<Kind, (content: string, startedAt: number) => Timetable | undefined>> = {
  at,
  rate,
  cron,
};

function at(content: string): Timetable | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(content)) return undefined;
  const time = Date.parse(`${content}Z`);
  // JavaScript reads 31 April as 1 May.
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(content)) return undefined;
  return { once: true, next: () => time };
}

function rate(content: string, startedAt: number): Timetable | undefined {
  const [, value, unit, plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(content) ?? [];
  if (!value || !unit || (value === '1') === (plural === 's')) return undefined;
  const periodMs = Number(value) * UNITS_MS[unit as keyof typeof UNITS_MS];
  return {
    once: false,
    next: (after) => startedAt + (Math.floor((after - startedAt) / periodMs) + 1) * periodMs,
  };
}

/**
 * Minutes, hours, day of the month, month, day of the week, year: exactly one of the two day fields is `?`, and Sunday
 * is day 1.
 */
const SIX_FIELDS =
  /^[^?+ ]+ [^?+ ]+ (?:[^?+ ]+ [^?+ ]+ \?|\? [^?+ ]+ [^?+ 089]+) (?:\*|(?:19[7-9]|2[01]\d)\d(?:[-,](?:19[7-9]|2[01]\d)\d)*)(?:\/\d+)?$/;

function cron(content: string): Timetable | undefined {
  if (!SIX_FIELDS.test(content)) return undefined;
  try {
    const options = { mode: '7-part', alternativeWeekdays: true, sloppyRanges: true, paused: true } as const;
    const pattern = new Cron(`0 ${content}`, { ...options, timezone: 'UTC' });
    return { once: false, next: (after) => pattern.nextRun(new Date(after))?.getTime() };
  } catch {
    return undefined;
  }
}

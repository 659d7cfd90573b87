import { AwsError } from '../service';

/** When a schedule fires. Times are milliseconds since the epoch; UTC. */
export interface Timetable {
  /** Whether it fires once. */
  readonly once: boolean;
  /** The first time after `after` (for a one-time schedule: its time, be it past), or undefined when there is none. */
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
  const timetable =
    kind === 'at'
      ? at(content)
      : kind === 'rate'
        ? rate(content, startedAt)
        : kind === 'cron'
          ? cron(content)
          : undefined;
  if (timetable) return timetable;
  throw new AwsError('ValidationException', `Invalid Schedule Expression ${expression}.`);
}

function at(content: string): Timetable | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(content)) return undefined;
  const time = Date.parse(`${content}Z`);
  // JavaScript takes 31 April for 1 May.
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

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * EventBridge's six fields: numbers, names, lists, ranges, steps, `*`; exactly one of the day fields is `?`, and Sunday is
 * day 1. `L`, `W` and `#` are not simulated.
 */
function cron(content: string): Timetable | undefined {
  const parts = content.split(/\s+/);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = parts;
  if (parts.length !== 6 || (dayOfMonth === '?') === (dayOfWeek === '?')) return undefined;
  const minutes = field(minute, 0, 59);
  const hours = field(hour, 0, 23);
  const months = field(month, 1, 12, MONTHS);
  const years = field(year, 1970, 2199);
  const days = dayOfMonth === '?' ? field(dayOfWeek, 1, 7, DAYS) : field(dayOfMonth, 1, 31);
  if (!minutes || !hours || !months || !years || !days) return undefined;
  const isOn = (day: Date): boolean =>
    years.includes(day.getUTCFullYear()) &&
    months.includes(day.getUTCMonth() + 1) &&
    days.includes(dayOfMonth === '?' ? day.getUTCDay() + 1 : day.getUTCDate());
  const next = (after: number): number | undefined => {
    for (let at = after - (after % UNITS_MS.day); ; at += UNITS_MS.day) {
      const day = new Date(at);
      if (day.getUTCFullYear() > years.at(-1)!) return undefined;
      if (!isOn(day)) continue;
      const times = hours.flatMap((h) => minutes.map((m) => at + h * UNITS_MS.hour + m * UNITS_MS.minute));
      const found = times.find((time) => time > after);
      if (found !== undefined) return found;
    }
  };
  return { once: false, next };
}

/** The values of a field, ascending; undefined when it is malformed. */
function field(
  text: string,
  least: number,
  most: number,
  names: readonly string[] = [],
): number[] | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const range = rangeOf(part, least, most, names);
    if (!range) return undefined;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function rangeOf(part: string, least: number, most: number, names: readonly string[]) {
  const [, from = '', to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/([1-9]\d*))?$/.exec(part) ?? [];
  const value = (text: string): number => {
    const index = names.indexOf(text.toUpperCase());
    return index >= 0 ? index + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  };
  const first = from === '*' ? least : value(from);
  const last = to !== undefined ? value(to) : from === '*' || step !== undefined ? most : first;
  const inside = first >= least && last <= most && first <= last && !(from === '*' && to !== undefined);
  return inside ? { from: first, to: last, step: Number(step ?? 1) } : undefined;
}

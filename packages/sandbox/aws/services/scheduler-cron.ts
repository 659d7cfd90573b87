/** Which minutes a cron expression means. An undefined day field is the one that is `?`. */
export interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth?: readonly number[];
  readonly months: readonly number[];
  /** 1 is Sunday. */
  readonly daysOfWeek?: readonly number[];
  readonly years: readonly number[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;
const DAY_MS = 86_400_000;

/**
 * Reads EventBridge's six fields: numbers, names, lists, ranges, steps, `*`; exactly one of the day fields is `?`.
 * `L`, `W` and `#` are not simulated. Undefined when it is none.
 */
export function parseCron(text: string): CronFields | undefined {
  const parts = text.split(/\s+/);
  const [minutesText, hoursText, domText, monthText, dowText, yearText] = parts as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if (parts.length !== 6 || (domText === '?') === (dowText === '?')) return undefined;
  const minutes = field(minutesText, 0, 59);
  const hours = field(hoursText, 0, 23);
  const months = field(monthText, 1, 12, MONTHS);
  const years = field(yearText, FIRST_YEAR, LAST_YEAR);
  const daysOfMonth = domText === '?' ? undefined : field(domText, 1, 31);
  const daysOfWeek = dowText === '?' ? undefined : field(dowText, 1, 7, DAYS);
  if (!minutes || !hours || !months || !years || !(daysOfMonth ?? daysOfWeek)) return undefined;
  return { minutes, hours, daysOfMonth, months, daysOfWeek, years };
}

/** The first time after `after`, or undefined when there is none any more. */
export function nextCron(fields: CronFields, after: number): number | undefined {
  const lastYear = fields.years.at(-1)!;
  for (let day = after - (after % DAY_MS); new Date(day).getUTCFullYear() <= lastYear; day += DAY_MS) {
    if (!isOn(fields, new Date(day))) continue;
    for (const hour of fields.hours) {
      for (const minute of fields.minutes) {
        const time = day + (hour * 60 + minute) * 60_000;
        if (time > after) return time;
      }
    }
  }
  return undefined;
}

function isOn({ years, months, daysOfMonth, daysOfWeek }: CronFields, day: Date): boolean {
  return (
    years.includes(day.getUTCFullYear()) &&
    months.includes(day.getUTCMonth() + 1) &&
    (daysOfMonth?.includes(day.getUTCDate()) ?? true) &&
    (daysOfWeek?.includes(day.getUTCDay() + 1) ?? true)
  );
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

import { parseExpression } from '../../../aws/services/scheduler-expression';

const time = (text: string) => Date.parse(`${text}Z`);
const shown = (ms: number | undefined) =>
  ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 19);

/** The first `count` times after `after`. */
function times(expression: string, after: string, count: number): (string | undefined)[] {
  const timetable = parseExpression(expression, time(after));
  const found: (string | undefined)[] = [];
  for (let last = time(after); found.length < count; ) {
    const next = timetable.next(last);
    found.push(shown(next));
    if (next === undefined) break;
    last = next;
  }
  return found;
}

it('a one-time expression means its time, even in the past', () => {
  const timetable = parseExpression('at(2025-09-17T10:30:00)', 0);
  expect(timetable.once).toBe(true);
  expect(shown(timetable.next(time('2030-01-01T00:00:00')))).toBe('2025-09-17T10:30:00');
});

it.each([
  ['rate(1 hour)', '2025-01-01T00:10:00', ['2025-01-01T01:10:00', '2025-01-01T02:10:00']],
  ['rate(30 days)', '2025-01-01T00:00:00', ['2025-01-31T00:00:00']],
  ['cron(0 3 1 * ? *)', '2025-01-01T03:00:00', ['2025-02-01T03:00:00', '2025-03-01T03:00:00']],
  ['cron(0 3 1 * ? *)', '2025-01-01T02:59:59', ['2025-01-01T03:00:00']],
  ['cron(*/20 9-10 ? * MON-FRI *)', '2025-09-19T10:20:00', ['2025-09-19T10:40:00', '2025-09-22T09:00:00']],
  ['cron(15 12 ? JAN,JUL 1 2025-2026)', '2025-07-27T12:15:00', ['2026-01-04T12:15:00']],
  ['cron(0 3 L * ? *)', '2025-01-31T03:00:00', ['2025-02-28T03:00:00']],
  ['cron(0 3 ? * 6#3 *)', '2025-06-01T00:00:00', ['2025-06-20T03:00:00']],
  ['cron(0 0 1 1 ? 2025)', '2025-01-01T00:00:00', [undefined]],
])('%s after %s', (expression, after, expected) => {
  expect(times(expression, after, expected.length)).toEqual(expected);
});

/** What AWS was recorded to refuse is in `recorded/answers`. */
it.each([
  'at(2025-04-31T00:00:00)',
  'rate(1 hours)',
  'rate(2 hour)',
  'cron(0 3 1 * *)',
  'cron(0 3 ? * ? *)',
  'cron(0 3 5-1 * ? *)',
  'cron(? 3 1 * ? *)',
  'cron(0 3 ? * 0 *)',
  'cron(0 3 ? * 8 *)',
  'cron(0 3 1 * ? 1969)',
  'cron(0 3 1 * ? 2200)',
])('refuses %p', (expression) => {
  expect(() => parseExpression(expression, 0)).toThrow(`Invalid Schedule Expression ${expression}.`);
});

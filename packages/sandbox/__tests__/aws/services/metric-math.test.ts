import { readExpression } from '../../../aws/services/metric-math';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-11-30T21:00:00Z');

/** Computes an expression for five days in a row; undefined is a missing data point. */
function computed(text: string, metrics: Record<string, readonly (number | undefined)[]> = {}): unknown[] {
  const series = readExpression(text, ['a', 'b', 'c'])(
    Object.fromEntries(
      ['a', 'b', 'c'].map((id) => [id, (start: Date) => metrics[id]?.[(start.getTime() - START) / DAY_MS]]),
    ),
  );
  return [0, 1, 2, 3, 4].map((day) => series(new Date(START + day * DAY_MS)));
}

// The tables of the user guide, "Using IF expressions".
test.each([
  ['IF(a, b, c)', { b: [30, undefined, 0, 0, 30] }, [30, 0, 20, undefined, undefined]],
  ['IF(a, 5, c)', {}, [5, 5, 20, undefined, undefined]],
  ['IF(a, b, 5)', { b: [30, undefined, 0, 0, 30] }, [30, 0, 5, 5, undefined]],
])('computes %s as the user guide does', (text, more, expected) => {
  expect(computed(text, { a: [1, 1, 0, 0], c: [0, 0, 20, undefined, 20], ...more })).toEqual(expected);
});

test.each<[string, unknown[]]>([
  ['FILL(a, 0)', [7, 0, 0, 0, 0]],
  ['YEAR(a) * 10000 + MONTH(a) * 100 + DATE(a)', [20261130, 20261201, 20261202, 20261203, 20261204]],
  ['DATE(a) <= 2', [0, 1, 1, 0, 0]],
  ['(1 + 1) * a', [14, undefined, undefined, undefined, undefined]],
  ['a + b', [7, 1, undefined, undefined, undefined]],
])('computes %s', (text, expected) => {
  expect(computed(text, { a: [7], b: [undefined, 1] })).toEqual(expected);
});

test.each([
  ['a number', '1 + 1'],
  ['an unknown metric', 'd'],
  ['a function that is not modelled', 'SEARCH(a, 1)'],
  ['a date of a number', 'DATE(1)'],
  ['a condition that is a number', 'IF(1, a, b)'],
  ['an operator that is not modelled', 'a ^ 2'],
  ['an open bracket', '(a'],
  ['an open call', 'FILL(a, 0'],
  ['a tail', 'a a'],
  ['nothing', ''],
  ['a sign of no language', 'a # b'],
])('refuses %s', (_what, text) => {
  expect(() => readExpression(text, ['a', 'b'])).toThrow(/error in expression/);
});

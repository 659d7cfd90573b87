import { Search } from '../../../../aws/services/ses/search';

const HOUR_MS = 3_600_000;
const MISSING = 'HOST_NOT_FOUND';

/** A search that began at 0, and the status after each look-up: the hour and the result. */
function statuses(...looks: (readonly [hour: number, problem?: string])[]): string[] {
  const search = new Search();
  search.begin(0, 'PENDING');
  return looks.map(([hour, problem]) => {
    search.conclude(problem, hour * HOUR_MS, {});
    return search.status;
  });
}

it.each([
  ['is found when it is published', [[0, MISSING], [50]], 'PENDING SUCCESS'],
  [
    'that never comes is given up after 72 hours',
    [
      [0, MISSING],
      [71, MISSING],
      [72, MISSING],
    ],
    'PENDING PENDING FAILED',
  ],
  ['cannot be looked for while DNS fails', [[0, 'DNS_SERVER_ERROR'], [1]], 'TEMPORARY_FAILURE SUCCESS'],
  ['that is gone for an hour was never missed', [[0], [12, MISSING], [13]], 'SUCCESS SUCCESS SUCCESS'],
  [
    'that is gone for two days is a temporary failure until it is back',
    [[0], [12, MISSING], [14, MISSING], [60, MISSING], [61]],
    'SUCCESS SUCCESS TEMPORARY_FAILURE TEMPORARY_FAILURE SUCCESS',
  ],
  [
    'that is gone for 72 hours is given up',
    [[0], [12, MISSING], [83, MISSING], [84, MISSING]],
    'SUCCESS SUCCESS TEMPORARY_FAILURE FAILED',
  ],
] as [string, [number, string?][], string][])('a record %s', (_, looks, expected) => {
  expect(statuses(...looks).join(' ')).toBe(expected);
});

it('does not look up a record again that it has given up, until a new search', () => {
  const search = new Search();
  search.begin(0, 'PENDING');
  search.conclude(MISSING, 72 * HOUR_MS, {});
  expect(search.dueAt({})).toBeUndefined();
  search.begin(100 * HOUR_MS, 'PENDING');
  expect(search.dueAt({})).toBe(100 * HOUR_MS);
});

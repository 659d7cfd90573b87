import { LONG_SHARE, SEED, sized } from '../../../fuzz/runs';
import { type Search, search } from './search';

/** `npm run replay -- NAME --search` has the search end after so many minutes, and write down what came of it. */
const { BYODKIM_SEARCH: file, BYODKIM_SEARCH_MINUTES: searchMinutes } = process.env;

/** How much of a search a test plays. */
export interface TestSize {
  readonly runs: { readonly long: number; readonly ci: number };
  /** The long run ends after so many, within an hour with the other long tests, and prints how far it came. */
  readonly minutes: number;
}

/** Makes a test of a search: it fails with what leads there again, and the table of what happened. */
export function searchTest<Schedule>(
  promise: string,
  of: Search<Schedule>,
  { runs, minutes }: TestSize,
): void {
  const isLong = LONG_SHARE >= 1;
  const most = isLong ? runs.long : sized(runs.ci);
  test(`${promise} (${most} schedules, LONG_SEED=${SEED})`, async () => {
    const { played, counters } = await search(of, {
      most,
      seed: SEED,
      ...(isLong && { minutes: Number(searchMinutes ?? minutes) }),
      ...(file !== undefined && { file, writesAlways: true }),
    });
    process.stderr.write(`${played} of ${most} schedules.\n${counters.report(played)}\n`);
    // A slice, or a search for one fault, need not meet everything.
    if (isLong && file === undefined) expect(counters.missed).toEqual([]);
  });
}

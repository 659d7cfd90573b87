import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { LONG_SHARE, SEED, sized } from '../../../fuzz/runs';
import { Counters } from './counters';
import { RecordedTurns, type Scheduler } from './turns';

/** `npm run replay -- NAME --search` has the search end after so many minutes, and write down what came of it. */
const { BYODKIM_SEARCH: searchFile, BYODKIM_SEARCH_MINUTES: searchMinutes } = process.env;
const PROGRESS_MS = 60_000;

/** A random search. */
export interface Search<Schedule> {
  readonly schedules: fc.Arbitrary<Schedule>;
  readonly simulate: (schedule: Schedule, scheduler: Scheduler, counters: Counters) => Promise<void>;
  readonly runs: { readonly long: number; readonly ci: number };
  /** The long run ends after so many, within an hour with the other long tests, and prints how far it came. */
  readonly minutes: number;
  /** What a long run must meet. @default all that one stack can meet */
  readonly awaited?: readonly string[];
}

/** Makes a test of a search: it fails with what leads there again, and the table of what happened. */
export function searchTest<Schedule>(
  promise: string,
  { schedules, simulate, runs, minutes, awaited }: Search<Schedule>,
): void {
  const most = LONG_SHARE < 1 ? sized(runs.ci) : runs.long;
  const counters = new Counters(awaited);
  let played = 0;
  let failed: { readonly schedule: Schedule; readonly turns: unknown } | undefined;

  const startedAt = Date.now();
  let printedAt = startedAt;
  const progress = () => {
    if (Date.now() - printedAt < PROGRESS_MS) return;
    printedAt = Date.now();
    const passed = Math.round((printedAt - startedAt) / 60_000);
    process.stderr.write(`${played} of ${most} schedules after ${passed} minutes\n`);
  };

  const play = async (schedule: Schedule, scheduler: fc.Scheduler): Promise<void> => {
    const recorded = new RecordedTurns(scheduler);
    played += 1;
    progress();
    try {
      await simulate(schedule, recorded, counters);
    } catch (error) {
      failed = { schedule, turns: recorded.turns };
      throw error;
    }
  };

  const report = (run: fc.RunDetails<[Schedule, fc.Scheduler]>): void => {
    if (!run.failed && searchFile === undefined) return;
    const file =
      searchFile ?? path.join(mkdtempSync(path.join(tmpdir(), 'byodkim-schedule-')), 'schedule.json');
    writeFileSync(file, JSON.stringify({ schedules: run.numRuns, ...failed }));
    if (!run.failed) return;
    const { message } = run.errorInstance as Error;
    const drawn = `LONG_SEED=${run.seed}, after ${run.numRuns} schedules and ${run.numShrinks} shrinks`;
    throw new Error(`${message}\n${drawn}\nTo play it again: npm run replay -- ${file}`);
  };

  test(`${promise} (${most} schedules, LONG_SEED=${SEED})`, async () => {
    await fc.assert(fc.asyncProperty(schedules, fc.scheduler(), play), {
      numRuns: most,
      seed: SEED,
      reporter: report,
      interruptAfterTimeLimit: LONG_SHARE < 1 ? undefined : Number(searchMinutes ?? minutes) * 60_000,
    });
    process.stderr.write(`${played} of ${most} schedules.\n${counters}\n`);
    // A slice, or a search for one fault, need not meet everything.
    if (LONG_SHARE >= 1 && searchFile === undefined) expect(counters.missed).toEqual([]);
  });
}

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { LONG_SHARE, SEED, sized } from '../../fuzz/runs';
import { Counters } from './simulation/counters';
import { type Schedule, schedules } from './simulation/schedule';
import { simulate } from './simulation/simulation';
import { RecordedTurns } from './simulation/turns';

/** CI's slice takes a minute. */
const RUNS = LONG_SHARE < 1 ? sized(15_000) : 100_000;
/** `npm run replay -- NAME --search` has the search end after so many minutes, and write down what came of it. */
const { BYODKIM_SEARCH: searchFile, BYODKIM_SEARCH_MINUTES: searchMinutes } = process.env;
/** The long run ends within an hour with the other long tests, and prints how far it came. */
const LONGEST_MS = Number(searchMinutes ?? 40) * 60_000;
const PROGRESS_MS = 60_000;

const counters = new Counters();
const startedAt = Date.now();
let played = 0;
let printedAt = startedAt;
let failed: { readonly schedule: Schedule; readonly turns: unknown } | undefined;

async function play(schedule: Schedule, scheduler: fc.Scheduler): Promise<void> {
  const recorded = new RecordedTurns(scheduler);
  played += 1;
  if (Date.now() - printedAt > PROGRESS_MS) {
    printedAt = Date.now();
    process.stderr.write(
      `${played} of ${RUNS} schedules after ${Math.round((printedAt - startedAt) / 60_000)} minutes\n`,
    );
  }
  try {
    await simulate(schedule, recorded, counters);
  } catch (error) {
    failed = { schedule, turns: recorded.turns };
    throw error;
  }
}

/** Prints what leads there again, and the table of what happened, instead of every task that the scheduler had. */
function report(run: fc.RunDetails<[Schedule, fc.Scheduler]>): void {
  if (!run.failed && searchFile === undefined) return;
  const file =
    searchFile ?? path.join(mkdtempSync(path.join(tmpdir(), 'byodkim-schedule-')), 'schedule.json');
  writeFileSync(file, JSON.stringify({ schedules: run.numRuns, ...failed }));
  if (!run.failed) return;
  const { message } = run.errorInstance as Error;
  const drawn = `LONG_SEED=${run.seed}, after ${run.numRuns} schedules and ${run.numShrinks} shrinks`;
  throw new Error(`${message}\n${drawn}\nTo play it again: npm run replay -- ${file}`);
}

test(`in any order of calls, and whatever is lost, SES ends as wanted or as before (${RUNS} schedules, LONG_SEED=${SEED})`, async () => {
  const interruptAfterTimeLimit = LONG_SHARE < 1 ? undefined : LONGEST_MS;
  await fc.assert(fc.asyncProperty(schedules(), fc.scheduler(), play), {
    numRuns: RUNS,
    seed: SEED,
    reporter: report,
    interruptAfterTimeLimit,
  });
  process.stderr.write(`${played} of ${RUNS} schedules.\n${counters}\n`);
  // A slice, or a search for one fault, need not meet everything.
  if (LONG_SHARE >= 1 && searchFile === undefined) expect(counters.missed).toEqual([]);
});

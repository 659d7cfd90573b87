import fc from 'fast-check';
import { LONG_SHARE, SEED, sized } from '../../fuzz/runs';
import { type Schedule, schedules } from './simulation/schedule';
import { simulate } from './simulation/simulation';

/** The slice of .ci/run takes ten seconds; the whole takes an hour. */
const RUNS = LONG_SHARE < 1 ? sized(15_000) : 100_000;

/** Prints what leads there again, and the table of what happened, instead of every task that the scheduler had. */
function report({ failed, counterexample, ...run }: fc.RunDetails<[Schedule, fc.Scheduler]>): void {
  if (!failed) return;
  const { message } = run.errorInstance as Error;
  const again = `LONG_SEED=${run.seed}, after ${run.numRuns} schedules and ${run.numShrinks} shrinks (path ${run.counterexamplePath})`;
  throw new Error(`${message}\n${again}\n${JSON.stringify(counterexample?.[0])}`);
}

test(`in any order of calls, and whatever is lost, SES ends as wanted or as before (${RUNS} schedules, LONG_SEED=${SEED})`, () =>
  fc.assert(fc.asyncProperty(schedules(), fc.scheduler(), simulate), {
    numRuns: RUNS,
    seed: SEED,
    reporter: report,
  }));

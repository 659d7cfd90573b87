import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { Counters } from './counters';
import { DrawnTurns, type Scheduler } from './turns';

/** What a random search draws and plays. */
export interface Search<Schedule> {
  readonly schedules: fc.Arbitrary<Schedule>;
  readonly simulate: (schedule: Schedule, scheduler: Scheduler, counters: Counters) => Promise<void>;
  /** What a long run must meet. @default all that one stack can meet */
  readonly awaited?: readonly string[];
}

/** How long a search goes on, and what it prints meanwhile. */
export interface SearchLimits {
  readonly most: number;
  readonly seed: number;
  /** @default no limit */
  readonly minutes?: number;
  /** Where a counterexample is written down. @default a new folder */
  readonly file?: string;
  /** Whether the number of schedules is written down as well where none failed. @default false */
  readonly writesAlways?: boolean;
}

/** What came of a search that has found nothing. */
export interface SearchResult {
  readonly played: number;
  readonly counters: Counters;
}

/** What the turns of a schedule follow from: no number leads to simpler ones. */
const TURNS = fc.noShrink(fc.noBias(fc.integer()));

const PROGRESS_MS = 60_000;

/** Plays schedules until one fails. @throws what was broken, with what leads there again, and the table of what happened */
export async function search<Schedule>(
  { schedules, simulate, awaited }: Search<Schedule>,
  limits: SearchLimits,
): Promise<SearchResult> {
  const { most, seed, minutes } = limits;
  const counters = new Counters(awaited);
  const progress = new Progress(most);
  let failed: object | undefined;

  const play = async (schedule: Schedule, seed: number): Promise<void> => {
    const drawn = new DrawnTurns(seed);
    progress.plays();
    try {
      await simulate(schedule, drawn, counters);
    } catch (error) {
      failed = { schedule, turns: drawn.turns };
      throw error;
    }
  };

  await fc.assert(fc.asyncProperty(schedules, TURNS, play), {
    numRuns: most,
    seed,
    reporter: (run) => report(run, failed, limits),
    interruptAfterTimeLimit: minutes === undefined ? undefined : minutes * 60_000,
  });
  return { played: progress.played, counters };
}

/** Prints how far a search has come, once a minute. */
class Progress {
  played = 0;
  private readonly startedAt = Date.now();
  private printedAt = this.startedAt;

  constructor(private readonly most: number) {}

  plays(): void {
    this.played += 1;
    if (Date.now() - this.printedAt < PROGRESS_MS) return;
    this.printedAt = Date.now();
    const passed = Math.round((this.printedAt - this.startedAt) / 60_000);
    process.stderr.write(`${this.played} of ${this.most} schedules after ${passed} minutes\n`);
  }
}

/** Writes a counterexample down. @throws it */
function report<Drawn>(
  run: fc.RunDetails<Drawn>,
  failed: object | undefined,
  { file, writesAlways }: SearchLimits,
): void {
  if (!run.failed && !writesAlways) return;
  const target = file ?? path.join(mkdtempSync(path.join(tmpdir(), 'byodkim-schedule-')), 'schedule.json');
  writeFileSync(target, JSON.stringify({ schedules: run.numRuns, ...failed }));
  if (!run.failed) return;
  const { message } = run.errorInstance as Error;
  const drawn = `LONG_SEED=${run.seed}, after ${run.numRuns} schedules and ${run.numShrinks} shrinks`;
  throw new Error(`${message}\n${drawn}\nTo play it again: npm run replay -- ${target}`);
}

/**
 * Runs the random search without Jest, which takes twice as long: so many schedules, from a seed. Prints
 * progress, what was met and what was not; fails with a counterexample, or where something was never met.
 */
import type { Counters } from './counters';
import { search } from './search';
import { ONE_REGION, TWO_REGIONS } from './searches';

const USAGE = `npm run simulate -- one|two SCHEDULES [SEED]
  one   a domain in one region
  two   a domain in two regions that share a record
  SEED  a number; another one plays other schedules (default: a fresh one)`;

async function main([regions, schedules, seed = `${Date.now() % 1_000_000}`]: string[]): Promise<number> {
  const limits = { most: Number(schedules), seed: Number(seed) };
  const isKnown = regions === 'one' || regions === 'two';
  if (!isKnown || !(limits.most > 0) || !Number.isInteger(limits.seed)) {
    console.error(USAGE);
    return 2;
  }
  console.log(
    `${limits.most} schedules of ${regions === 'one' ? 'one region' : 'two regions'}, seed ${seed}`,
  );
  const { user: before } = process.cpuUsage();
  const { played, counters } = await (regions === 'one'
    ? search(ONE_REGION, limits)
    : search(TWO_REGIONS, limits));
  const perSchedule = ((process.cpuUsage().user - before) / 1000 / played).toFixed(1);
  console.log(
    `${played} schedules without a counterexample, ${perSchedule} ms of CPU each.\n${counters.report(played)}`,
  );
  return exitCode(counters);
}

const exitCode = ({ missed }: Counters): number => (missed.length === 0 ? 0 : 3);

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);

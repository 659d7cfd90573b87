/**
 * `npm run fuzz [runs] [paths…]`: the properties of `__tests__/fuzz/` on many cases each. A new one is picked up by
 * lying there; it takes its number of runs from `fuzzed()` in `__tests__/fuzz/runs.ts`.
 */
import { spawnSync } from 'node:child_process';

const DEFAULT_RUNS = 100_000;
const [first, ...rest] = process.argv.slice(2);
const given = first !== undefined && /^\d+$/.test(first);
const runs = given ? first : String(DEFAULT_RUNS);
const paths = given ? rest : process.argv.slice(2);

const { status } = spawnSync(
  'npx',
  [
    '--no-install',
    'jest',
    '--selectProjects',
    'unit',
    '--testTimeout',
    '3600000',
    ...(paths.length > 0 ? paths : ['__tests__/fuzz/']),
  ],
  { stdio: 'inherit', env: { ...process.env, FUZZ_RUNS: runs } },
);
process.exit(status ?? 1);

/**
 * How many cases each property of `__tests__/fuzz/`, and those of others that take long, is tried on: a slice with the other tests, and as many as
 * `FUZZ_RUNS` says with `npm run fuzz` (of another folder: `npm run fuzz 10000 __tests__/list/any-text`). A failure prints its seed and path, which `FUZZ_SEED` and `FUZZ_PATH` repeat.
 */
const SLICE = 500;

export const fuzzed = (slice = SLICE): { numRuns: number; path?: string } => ({
  numRuns: Number(process.env.FUZZ_RUNS ?? slice),
  ...(process.env.FUZZ_PATH && { path: process.env.FUZZ_PATH }),
});

/**
 * How many cases each property of `__tests__/fuzz/` is tried on: a slice with the other tests, and as many as
 * `FUZZ_RUNS` says with `npm run fuzz`. A failure prints its seed and path, which `FUZZ_SEED` and `FUZZ_PATH` repeat.
 */
const SLICE = 500;

export const fuzzed = (slice = SLICE): { numRuns: number; path?: string } => ({
  numRuns: Number(process.env.FUZZ_RUNS ?? slice),
  ...(process.env.FUZZ_PATH && { path: process.env.FUZZ_PATH }),
});

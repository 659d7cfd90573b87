import fc from 'fast-check';

/**
 * Share of a long test's size that is run: 1 unless `LONG_SHARE` says less (`LONG_SHARE=0.01 npm run test:long`).
 * More than 1 is possible.
 */
export const LONG_SHARE = Number(process.env.LONG_SHARE ?? 1);

/** A slice repeats the same cases, so that it is a change that makes it fail; the whole draws new ones. */
export const SEED = Number(process.env.LONG_SEED ?? (LONG_SHARE < 1 ? 1 : Date.now() % 1_000_000));
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED });

/** Scales a number of cases by the share, to one at least. */
export const sized = (cases: number): number => Math.max(1, Math.round(cases * LONG_SHARE));

/** Returns fast-check's parameters for that many cases. A failure prints its seed and path, to be written in here. */
export const fuzzed = (cases = 100_000): { numRuns: number } => ({ numRuns: sized(cases) });

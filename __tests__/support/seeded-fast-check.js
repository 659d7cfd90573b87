/**
 * fast-check, as every test gets it: each run tries the same cases, so that no change is refused for a fault that it did
 * not make. `npm run fuzz` tries new ones, as does `FUZZ_SEED=$RANDOM` of any test.
 */
const fc = require('../../node_modules/fast-check/lib/cjs/fast-check.js');

const { FUZZ_RUNS, FUZZ_SEED = FUZZ_RUNS === undefined ? '1' : undefined } = process.env;
if (FUZZ_SEED !== undefined) fc.configureGlobal({ seed: Number(FUZZ_SEED) });

module.exports = fc;

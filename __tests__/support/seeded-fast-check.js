/**
 * fast-check, as every test gets it: each run tries the same cases, so that no change is refused for a fault that it did
 * not make. Whoever asks for many (`npm run fuzz`, BYODKIM_MODEL_RUNS) gets new ones; FUZZ_SEED says which, of any test.
 */
const fc = require('../../node_modules/fast-check/lib/cjs/fast-check.js');

const { FUZZ_RUNS, BYODKIM_MODEL_RUNS, FUZZ_SEED } = process.env;
const seed = FUZZ_SEED ?? (FUZZ_RUNS ?? BYODKIM_MODEL_RUNS ? undefined : '1');
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });

module.exports = fc;

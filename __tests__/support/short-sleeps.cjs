// Loaded before the built command: its pauses for SES last a hundredth of their time, and its clock advances as if they
// had lasted the full time.
const timers = require('node:timers/promises');

const FACTOR = 0.01;
/** A shorter sleep is of DNS, and gives servers time to answer: it lasts as long as it says. */
const LEAST_MS = 1_000;
const { setTimeout: sleep } = timers;
const { now } = Date;
let skippedMs = 0;

Date.now = () => Math.floor(now() + skippedMs);
timers.setTimeout = async (ms = 1, value, options) => {
  if (ms < LEAST_MS) return sleep(ms, value, options);
  const until = Date.now() + ms;
  await sleep(ms * FACTOR, undefined, options);
  skippedMs += Math.max(0, until - Date.now());
  return value;
};

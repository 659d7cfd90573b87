// Loaded before the built command: a pause advances the clock of the sandbox (SANDBOX_URL) by its time in place of lasting it.
const timers = require('node:timers/promises');

/** A shorter pause is of DNS, and gives servers time to answer: it lasts as long as it says. */
const LEAST_MS = 1_000;
const { setTimeout: sleep } = timers;
const { now } = Date;
let passedMs = 0;

Date.now = () => now() + passedMs;
timers.setTimeout = async (ms = 1, value, options) => {
  if (ms < LEAST_MS) return sleep(ms, value, options);
  options?.signal?.throwIfAborted();
  const response = await fetch(`${process.env.SANDBOX_URL}/clock/advance`, { method: 'POST', body: JSON.stringify({ ms }) });
  if (!response.ok) throw new Error(`The sandbox does not advance its clock: ${response.status}`);
  passedMs += ms;
  return value;
};

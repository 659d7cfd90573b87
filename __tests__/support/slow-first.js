const Sequencer = require('@jest/test-sequencer').default;

/** Each takes a large part of a minute. */
const SLOWEST = ['/reliability/', '/e2e/'];

const rank = ({ path }) => {
  const found = SLOWEST.findIndex((part) => path.includes(part));
  return found < 0 ? SLOWEST.length : found;
};

/**
 * Slow files first, so that none is left to run alone at the end. Jest learns this by itself, but on a fresh machine it
 * goes by the size of files. In JavaScript, since jest loads a sequencer as it is.
 */
module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};

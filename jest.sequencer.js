const Sequencer = require('@jest/test-sequencer').default;

/** Starts the tests that run an engine first: a fresh clone has no durations yet, by which Jest would sort. */
module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ context }) => (/^(life|end-to-end)$/.test(context.config.displayName?.name) ? 0 : 1);
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};

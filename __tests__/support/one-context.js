const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');
const putBack = require('./as-it-was');

/**
 * Tests run in Node's own context. Jest would make a new one for each file: there every look at a global goes through a
 * proxy, and all that a file loads has to be compiled again (compiled-once.js). Each file still has modules of its own,
 * and what it leaves on the globals is put back.
 */
module.exports = class OneContext {
  constructor({ projectConfig: config }) {
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimers = null;
    this.fakeTimersModern = new FakeTimers({ config, global: globalThis });
    for (const [name, value] of Object.entries(FOR_JEST)) globalThis[Symbol.for(`jest-native-${name}`)] = value;
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    putBack();
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return globalThis;
  }
};

/** What jest needs itself, whatever a test makes of the globals. */
const FOR_JEST = {
  promise: Promise,
  now: Date.now.bind(Date),
  'exists-file': existsSync,
  'read-file': readFileSync,
  'write-file': writeFileSync,
};

/** Those of jest, but for `nextTick`: without it Node's own sockets, and jest's messages to its parent, would stand still. */
class FakeTimers extends ModernFakeTimers {
  useFakeTimers(config = {}) {
    super.useFakeTimers({ ...config, doNotFake: [...(config.doNotFake ?? []), 'nextTick'] });
  }
}

/**
 * jest-circus keeps the running test in an AsyncLocalStorage of its own for each file, and never lets go of it: Node then
 * runs a hook of every one of them for each promise that is made, which took a sixth of a worker's time in the end. Tests
 * of one file run one after another here, so a variable says as much. framework-loaded.js gives the class back.
 */
const hooks = require('node:async_hooks');

const REAL = Symbol.for('byodkim.AsyncLocalStorage');
hooks[REAL] ??= hooks.AsyncLocalStorage;

class OneAtATime {
  getStore() {
    return this.store;
  }

  run(store, work) {
    const outer = this.store;
    this.store = store;
    const restore = () => {
      this.store = outer;
    };
    // All that jest-circus runs so is asynchronous.
    return work().finally(restore);
  }
}

// Node 22 and later have a getter there.
Object.defineProperty(hooks, 'AsyncLocalStorage', { value: OneAtATime, configurable: true, enumerable: true });

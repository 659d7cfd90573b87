/** What one-test-at-a-time.js lent to the test framework; all that tests load gets the real one. */
const hooks = require('node:async_hooks');

Object.defineProperty(hooks, 'AsyncLocalStorage', {
  value: hooks[Symbol.for('byodkim.AsyncLocalStorage')],
  configurable: true,
  enumerable: true,
});

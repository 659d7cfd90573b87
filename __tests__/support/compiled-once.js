const { createRequire, isBuiltin } = require('node:module');
const path = require('node:path');
const { compileFunction } = require('node:vm');
const Runtime = require('jest-runtime').default;

const PACKAGES = `${path.sep}node_modules${path.sep}`;

/** Whose modules Node loads: but for jest's own, and what jest.config.js puts into another's place. */
const isPackage = (name) =>
  !/^[./]/.test(name) && !isBuiltin(name) && !/^(@jest\/|jest|fast-check$)/.test(name);

/** By file: its text, and the function that runs it. */
const compiled = new Map();
/** The texts of packages, which do not change while tests run. */
const texts = new Map();

/**
 * Jest's loader of modules. It would read and compile all that a file of tests loads anew for each of them, which took a
 * third of the time. Since they share a context (one-context.js), what has been compiled is run again, and a module's
 * state is still each file's own; but packages are loaded by Node, once for all.
 */
module.exports = class CompiledOnce extends Runtime {
  constructor(...given) {
    super(...given);
    const { executor, transformCache } = this;
    const parameters = executor.injectedModuleParameters;
    if (!(parameters && executor.compile && transformCache.transform)) {
      throw new Error('This jest-runtime has other parts than those that compiled-once.js replaces.');
    }
    if (given[1].getVmContext() !== globalThis) {
      throw new Error('compiled-once.js needs the environment of one-context.js.');
    }

    const transform = transformCache.transform.bind(transformCache);
    transformCache.transform = (file, options) => {
      if (!file.includes(PACKAGES)) return transform(file, options);
      if (!texts.has(file)) texts.set(file, transform(file, options));
      return texts.get(file);
    };

    executor.compile = (text, filename) => {
      const known = compiled.get(filename);
      if (known?.text === text) return known.run;
      const run = compileFunction(text, parameters, { filename });
      compiled.set(filename, { text, run });
      return run;
    };
  }

  requireModuleOrMock(from, name) {
    if (from.includes(PACKAGES) || !isPackage(name)) return super.requireModuleOrMock(from, name);
    return createRequire(from)(name);
  }

  setMock(from, name, ...given) {
    if (isPackage(name)) throw new Error(`${name} is shared by all files of tests: it cannot be mocked for one.`);
    return super.setMock(from, name, ...given);
  }
};

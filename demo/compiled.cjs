// Loaded before a program that is started many times (`node --require`): keeps what V8 has compiled in the folder
// BYODKIM_COMPILED, as newer versions of Node do by NODE_COMPILE_CACHE. The folder belongs to one run of the demo: V8
// knows a changed source by its length only.
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const vm = require('node:vm');

/** Smaller ones are compiled as fast as they are found. */
const LEAST_BYTES = 20_000;

const folder = process.env.BYODKIM_COMPILED;
const compileAsEver = Module.prototype._compile;
const compiledNow = [];

/** What V8 takes from a folder cannot `import()` on Node 20, so it is done for it here. */
const importing = (require) => (name) =>
  import(name.startsWith('node:') ? name : pathToFileURL(require.resolve(name)).href);

function compiled(source, filename) {
  const file = path.join(folder, createHash('sha256').update(filename).digest('hex'));
  let cachedData;
  try {
    cachedData = readFileSync(file);
  } catch {
    // The first to need it.
  }
  const body = source.replace(/\bimport\(/g, 'importFrom(');
  const script = new vm.Script(
    `(function (exports, require, module, __filename, __dirname, importFrom) { ${body}\n})`,
    { filename, cachedData },
  );
  if (cachedData === undefined || script.cachedDataRejected) compiledNow.push({ file, script });
  return script.runInThisContext();
}

if (folder !== undefined && Module.enableCompileCache === undefined) {
  Module.prototype._compile = function (source, filename) {
    if (source.length < LEAST_BYTES || source.startsWith('#!')) return compileAsEver.call(this, source, filename);
    const near = Module.createRequire(filename);
    const require = Object.assign((id) => this.require(id), near, { main: process.mainModule });
    const run = compiled(source, filename);
    return run.call(this.exports, this.exports, require, this, filename, path.dirname(filename), importing(near));
  };
  process.on('exit', () => {
    try {
      mkdirSync(folder, { recursive: true });
      for (const { file, script } of compiledNow) {
        // What has run by now is in it, functions that were compiled late too; never seen half written.
        writeFileSync(file + process.pid, script.createCachedData());
        renameSync(file + process.pid, file);
      }
    } catch {
      // It is only slower without.
    }
  });
}

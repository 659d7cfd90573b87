/**
 * Starts a program of this clone: `node tools/start.js byodkim status`. What runs is the built file, which the package
 * contains as well, so that a clone and the package run the same program. It is built first if its sources have changed.
 * Like supported.js, this is plain JavaScript that old versions of Node can read.
 */
const { spawnSync } = require('node:child_process');
const Module = require('node:module');
const path = require('node:path');
const { whatIsMissing } = require('./supported');

const ROOT = path.join(__dirname, '..');

/** The files of a program. The first of them is run. */
const PROGRAMS = {
  byodkim: ['dist/cli/byodkim.js'],
  /** The app of `cdktf.json`, which deploys the function's zip. */
  app: ['dist/app/main.js', 'dist/handler.zip'],
};

/** Builds the stale files, in a process of its own, whose loader of TypeScript ends with it. @returns whether all are built */
function build(files) {
  const { isStale } = require('./build/built-from');
  const stale = files.filter((file) => isStale(ROOT, file));
  if (stale.length === 0) return true;
  const args = ['--require', 'tsx/cjs', 'tools/build.ts', ...stale];
  // Nothing but what the program itself prints may be on stdout.
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  return status === 0;
}

/** Runs a file in this process, as if it had been started by its own name. */
function run(file, args) {
  process.argv = [process.argv[0], path.join(ROOT, file), ...args];
  Module.runMain();
}

const [name, ...args] = process.argv.slice(2);
const files = PROGRAMS[name];
const problem = files ? whatIsMissing(process.platform, process.version) : `There is no program "${name}".`;
if (problem) console.error(problem);
if (!problem && build(files)) run(files[0], args);
else process.exitCode = 1;

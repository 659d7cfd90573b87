import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

/** Smaller code is compiled as fast as it is found. */
const LEAST_CHARACTERS = 20_000;
/** What V8 takes from a folder cannot do that in Node 20: parts of Node are imported for it, a source with others is left. */
const IMPORTS = /\bimport\s*\(/;
const IMPORTS_OF_NODE = /\bimport\((?="node:)/g;
const importOfNode = (name: string): Promise<unknown> => import(name);

/** Node's own, by which `require` compiles what it has read. */
type Compile = (this: NodeModule, source: string, filename: string, ...more: unknown[]) => unknown;

/**
 * From now on, what V8 has compiled of a large source is taken from a folder: half of a function's cold start is
 * compilation, and many processes start the same function.
 * @returns puts there what has been compiled by now. A process that runs a function is killed, so it cannot wait for
 *   its end.
 */
export function keepCompiled(folder: string): () => void {
  const prototype = Module.prototype as unknown as { _compile: Compile };
  const compileAsEver = prototype._compile;
  const compiled = new Map<string, vm.Script>();

  const scriptOf = (source: string, filename: string): vm.Script | undefined => {
    if (source.length < LEAST_CHARACTERS) return;
    const body = source.replace(IMPORTS_OF_NODE, 'importOfNode(');
    if (IMPORTS.test(body)) return;
    // V8 itself would know a changed source by its length only; under other flags it takes nothing.
    const name = [source, process.execArgv.join(' ')].map(digest).join('-');
    try {
      const cachedData = read(path.join(folder, name));
      const script = new vm.Script(wrapped(body), { filename, cachedData });
      if (cachedData === undefined || script.cachedDataRejected) compiled.set(name, script);
      return script;
    } catch {
      return; // No CommonJS: Node says it better.
    }
  };
  prototype._compile = function (source, filename, ...more) {
    const script = scriptOf(source, filename);
    if (!script) return compileAsEver.call(this, source, filename, ...more);
    const require = Module.createRequire(filename);
    const run = script.runInThisContext();
    return run.call(
      this.exports,
      this.exports,
      require,
      this,
      filename,
      path.dirname(filename),
      importOfNode,
    );
  };
  return () => {
    try {
      for (const [name, script] of compiled) write(folder, name, script.createCachedData());
    } catch {
      // It is only slower without.
    }
    compiled.clear();
  };
}

const wrapped = (body: string): string =>
  `(function (exports, require, module, __filename, __dirname, importOfNode) { ${body}\n})`;
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** What is there of other sources is of earlier builds. */
function write(folder: string, name: string, data: Buffer): void {
  mkdirSync(folder, { recursive: true });
  const [source = ''] = name.split('-');
  for (const other of readdirSync(folder)) if (!other.startsWith(source)) rmSync(path.join(folder, other));
  // Never seen half written.
  const unfinished = path.join(folder, `${name}.${process.pid}`);
  writeFileSync(unfinished, data);
  renameSync(unfinished, path.join(folder, name));
}

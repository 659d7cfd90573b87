import { createHash } from 'node:crypto';
import Module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { readPack, writePack } from './pack';

/** Less is compiled as fast as it is found. */
const LEAST_CHARACTERS = 20_000;

/** Node's own, by which `require` compiles what it has read; the kind is told by Node 22 and newer. */
type Compile = (
  this: NodeModule,
  source: string,
  filename: string,
  kind?: string,
  ...more: unknown[]
) => unknown;

interface Loader {
  readonly prototype: { _compile: Compile };
  readonly _pathCache: Record<string, string>;
}

export interface KeepOptions {
  /** Whether it is also kept where each module was found: for a file that does not outlive the modules' places. */
  readonly places?: boolean;
}

/**
 * From now on, what V8 has compiled of what is required is taken from a file: half of what a short-lived program takes
 * is compilation, and many processes run the same one. V8 itself says whether it can take it, but knows a changed source by
 * its length only; here it goes by the digest.
 *
 * Compiled code that comes from a file cannot `import()` in Node 20, so it is done for it: what it names is found as
 * `require` would find it.
 * @returns puts there what this process has compiled or taken by now, where much of it is new
 */
export function keepCompiled(file: string, { places = false }: KeepOptions = {}): () => void {
  const loader = Module as unknown as Loader;
  const pack = readPack(file);
  if (places) Object.assign(loader._pathCache, pack.places);
  const compileAsEver = loader.prototype._compile;
  const scripts = new Map<string, vm.Script>();
  let newCharacters = 0;

  const scriptOf = (source: string, filename: string): vm.Script | undefined => {
    const digest = createHash('sha1').update(source).digest('hex');
    const cachedData = pack.compiled.get(digest);
    try {
      const script = new vm.Script(wrapped(source), { filename, cachedData });
      if (cachedData === undefined || script.cachedDataRejected) newCharacters += source.length;
      scripts.set(digest, script);
      return script;
    } catch {
      return; // No CommonJS: Node says it better.
    }
  };
  loader.prototype._compile = function (source, filename, kind, ...more) {
    const isCommonJs = (kind ?? 'commonjs') === 'commonjs' && !source.startsWith('#!');
    const script = isCommonJs ? scriptOf(source, filename) : undefined;
    if (script === undefined) return compileAsEver.call(this, source, filename, kind, ...more);
    const require = requireOf(this, filename);
    const run = script.runInThisContext();
    return run.call(
      this.exports,
      this.exports,
      require,
      this,
      filename,
      path.dirname(filename),
      importFor(require),
    );
  };
  return () => {
    if (newCharacters < LEAST_CHARACTERS) return;
    newCharacters = 0;
    try {
      // What has run by now is in it: functions that were compiled when they were first called too.
      const compiled = new Map([...scripts].map(([digest, script]) => [digest, script.createCachedData()]));
      writePack(file, { compiled, places: places ? loader._pathCache : {} });
    } catch {
      // It is only slower without.
    }
  };
}

const IMPORTS = /(?<![.\w$])import\s*\(/g;
const wrapped = (source: string): string =>
  `(function (exports, require, module, __filename, __dirname, importFrom) { ${source.replace(IMPORTS, 'importFrom(')}\n})`;

/** As Node makes it for a module; what is rarely asked of it only when it is. */
function requireOf(module: NodeModule, filename: string): NodeJS.Require {
  const require = (name: string): unknown => module.require(name);
  const resolve = (...args: Parameters<NodeJS.RequireResolve>): string =>
    Module.createRequire(filename).resolve(...args);
  resolve.paths = (name: string) => Module.createRequire(filename).resolve.paths(name);
  return Object.assign(require, { cache, extensions, main: process.mainModule, resolve });
}
const { cache, extensions } = Module.createRequire(__filename);

const importFor =
  (require: NodeJS.Require) =>
  (name: string): Promise<unknown> =>
    import(/^(node|data|file):/.test(name) ? name : pathToFileURL(require.resolve(name)).href);

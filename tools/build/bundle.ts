import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { sha256 } from '../../constructs/built-handler';
import { type BundleInputs, hashFile, lockedVersions } from './built-from';

/** Files that decide what a bundle looks like, beside its own sources. */
const BUILDERS = ['tools/build/bundle.ts', 'node_modules/esbuild/package.json'];

export interface Bundle {
  readonly code: Buffer;
  /** Comments with licences, if `legalComments: 'external'` asks for them. */
  readonly legalComments: string;
  /** Folders of the packages that are in it, as the lock file names them. */
  readonly packages: readonly string[];
  readonly inputs: BundleInputs;
}

/**
 * Bundles one entry point for Node, everything in it unless `options` say otherwise.
 * Equal sources and packages give equal bytes, in any folder and on any machine.
 */
export async function bundle(
  root: string,
  entryPoint: string,
  options: BuildOptions,
  builders: readonly string[],
): Promise<Bundle> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    legalComments: 'none',
    mainFields: ['module', 'main'],
    metafile: true,
    outfile: 'bundle.js',
    logLevel: 'silent',
    ...options,
    write: false,
  });
  const files = result.outputFiles ?? [];
  const sources = Object.keys(result.metafile?.inputs ?? {});
  const folders = sources.map(packageFolder).filter((folder) => folder !== undefined);
  return {
    code: Buffer.from(files.find(({ path: file }) => file.endsWith('.js'))?.contents ?? []),
    legalComments: files.find(({ path: file }) => file.endsWith('.LEGAL.txt'))?.text ?? '',
    packages: [...new Set(folders)].sort(),
    inputs: describeInputs(root, [...sources, ...BUILDERS, ...builders]),
  };
}

/** Writes a file in one step, so that no reader sees half of it: several builds may run at once. */
export function writeBuilt(root: string, file: string, content: Buffer | string, mode = 0o644): void {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, target);
}

/**
 * Describes the inputs of a bundle.
 * @param inputs paths relative to `root`, as in esbuild's metafile; files of packages count by their package
 */
function describeInputs(root: string, inputs: readonly string[]): BundleInputs {
  const folders = inputs.map(packageFolder);
  const sources = hashSources(
    root,
    inputs.filter((_, index) => folders[index] === undefined),
  );
  const packages = lockedVersions(
    root,
    folders.filter((folder) => folder !== undefined),
  );
  return { sourceHash: sha256(JSON.stringify([sources, packages]), 'hex'), sources, packages };
}

function hashSources(root: string, files: readonly string[]): Record<string, string> {
  return Object.fromEntries([...new Set(files)].sort().map((file) => [file, hashFile(root, file)]));
}

/** `node_modules/a/node_modules/@b/c/dist/x.js` → `node_modules/a/node_modules/@b/c`, the lock file's own key. */
function packageFolder(file: string): string | undefined {
  return /(?:^|\/)(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
}

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { hashFile, lockedVersions } from './built-from';

/** Files that affect the bundle, in addition to its own sources. */
const BUILDERS = [
  'tools/build/bundle.ts',
  'tools/build/programs.ts',
  'tools/build/third-party.ts',
  'node_modules/esbuild/package.json',
];

/**
 * Bundles one entry point for Node, with all its dependencies unless `options` exclude some. Equal sources and packages
 * give equal bytes, in any folder and on any machine.
 */
export async function bundle(root: string, entryPoint: string, options: BuildOptions) {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    legalComments: 'external',
    mainFields: ['module', 'main'],
    metafile: true,
    outfile: 'bundle.js',
    logLevel: 'silent',
    ...options,
    write: false,
  });
  const files = result.outputFiles ?? [];
  const inputs = Object.keys(result.metafile?.inputs ?? {});
  return {
    code: Buffer.from(files.find(({ path: file }) => file.endsWith('.js'))?.contents ?? []),
    /** Comments that contain licences. */
    legalComments: files.find(({ path: file }) => file.endsWith('.LEGAL.txt'))?.text ?? '',
    madeOf: {
      bundled: foldersOf(inputs),
      sources: hashesOf(root, [...inputs, ...BUILDERS]),
      packages: lockedVersions(root, foldersOf([...inputs, ...BUILDERS])),
    },
  };
}

/** Writes a file in one step, so that no reader sees half of it when several builds run at once. */
export function writeBuilt(root: string, file: string, content: Buffer | string, mode = 0o644): void {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, target);
}

/** Returns the hash of each file that does not belong to a package. */
function hashesOf(root: string, files: readonly string[]): Record<string, string> {
  const own = files.filter((file) => packageFolder(file) === undefined);
  return Object.fromEntries([...new Set(own)].sort().map((file) => [file, hashFile(root, file)!]));
}

/** Returns the folders of the packages to which the files belong. */
const foldersOf = (files: readonly string[]): string[] =>
  [...new Set(files.flatMap((file) => packageFolder(file) ?? []))].sort();

/** `node_modules/a/node_modules/@b/c/dist/x.js` → `node_modules/a/node_modules/@b/c`, the key in the lock file. */
const packageFolder = (file: string): string | undefined =>
  /(?:^|\/)(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import type { BundleInputs } from './built-from';
import { describeInputs, packageFolder } from './manifest';

/** Files that decide what a bundle looks like, beside its own sources. */
const BUILDERS = ['tools/build/bundle.ts', 'node_modules/esbuild/package.json'];

export interface Bundle {
  readonly code: Buffer;
  /** Comments with licences, where `legalComments: 'external'` asks for them. */
  readonly legalComments: string;
  /** Folders of the packages that are in it, as the lock file names them. */
  readonly packages: readonly string[];
  readonly inputs: BundleInputs;
}

/**
 * Bundles one entry point for Node, everything in it unless `options` say otherwise.
 * The same sources and packages give the same bytes, in any folder and on any machine.
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

/** Writes a file so that nobody ever reads half of it: several builds may run at once. */
export function writeBuilt(root: string, file: string, content: Buffer | string, mode = 0o644): void {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, target);
}

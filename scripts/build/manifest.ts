import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The project's folder, whether this file runs from its source or bundled below `dist/`. */
export const PROJECT_ROOT = path.resolve(__dirname, '../..');

/** What a bundle was made of, kept beside it, so that one can tell without esbuild whether it is stale. */
export interface BundleInputs {
  /** SHA-256 (hexadecimal) over `sources` and `packages`. */
  readonly sourceHash: string;
  /** SHA-256 (hexadecimal) of each source file of the project, by path relative to the project. */
  readonly sources: Readonly<Record<string, string>>;
  /** Version and integrity, as the lock file has them, of each package that is in the bundle or makes it. */
  readonly packages: Readonly<Record<string, string>>;
}

const LOCK_FILE = 'package-lock.json';

/** What the lock file says of a package. */
export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  /** A workspace: the folder stands under its own path as well. */
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The lock file's packages by folder, `node_modules/a/node_modules/@b/c`; the project itself is ``. */
export const lockedPackages = (root: string): Readonly<Record<string, LockedPackage>> =>
  JSON.parse(readFileSync(path.join(root, LOCK_FILE), 'utf8')).packages;

export const sha256 = (content: Buffer | string, encoding: 'hex' | 'base64'): string =>
  createHash('sha256').update(content).digest(encoding);

/**
 * Describes the inputs of a bundle.
 * @param inputs paths relative to `root`, as in esbuild's metafile; files of packages count by their package
 */
export function describeInputs(root: string, inputs: readonly string[]): BundleInputs {
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

/** Which input is not what it was; undefined when all are. Reads the sources and the lock file. */
export function whatChanged(root: string, inputs: BundleInputs): string | undefined {
  for (const [file, hash] of Object.entries(inputs.sources)) {
    if (!existsSync(path.join(root, file))) return `${file} has been removed`;
    if (hashFile(root, file) !== hash) return `${file} has changed`;
  }
  const locked = lockedVersions(root, Object.keys(inputs.packages));
  for (const [folder, version] of Object.entries(inputs.packages)) {
    if (locked[folder] !== version) return `${folder} has another version in ${LOCK_FILE}`;
  }
  return undefined;
}

/** Why a built file is not the one that its manifest tells of; undefined when it is. */
export function whatIsWrongWith(root: string, builtFile: string, sha256Base64: string): string | undefined {
  const file = path.join(root, builtFile);
  if (!existsSync(file)) return `${builtFile} is missing`;
  if (sha256(readFileSync(file), 'base64') !== sha256Base64)
    return `${builtFile} is not the file that was built`;
  return undefined;
}

/** A manifest as written by the build; undefined where there is none. */
export function readManifest<T extends BundleInputs>(root: string, manifestFile: string): T | undefined {
  const file = path.join(root, manifestFile);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

const hashFile = (root: string, file: string): string => sha256(readFileSync(path.join(root, file)), 'hex');

function hashSources(root: string, files: readonly string[]): Record<string, string> {
  return Object.fromEntries([...new Set(files)].sort().map((file) => [file, hashFile(root, file)]));
}

/** `node_modules/a/node_modules/@b/c/dist/x.js` → `node_modules/a/node_modules/@b/c`, the lock file's own key. */
export function packageFolder(file: string): string | undefined {
  return /(?:^|\/)(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
}

function lockedVersions(root: string, folders: readonly string[]): Record<string, string> {
  const packages = lockedPackages(root);
  return Object.fromEntries(
    [...new Set(folders)].sort().map((folder) => {
      const locked = packages[folder];
      return [folder, locked ? `${locked.version} ${locked.integrity ?? ''}`.trimEnd() : 'not locked'];
    }),
  );
}

/** Records the sources of a build, and checks whether it is stale. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HANDLER_MANIFEST, HANDLER_ZIP, PROJECT_ROOT, sha256 } from '../../constructs/built-handler';

const LOCK_FILE = 'package-lock.json';

/**
 * Describes a built file and its sources. It is stored with the file, so that a check of whether the file is stale
 * needs no esbuild.
 */
export interface Manifest {
  /**
   * SHA-256 of the file. For the function's zip, Lambda reports it as `CodeSha256`, and Terraform requires it as
   * `source_code_hash`.
   */
  readonly sha256Base64: string;
  /** Folders of the bundled packages, as the lock file names them. */
  readonly bundled: readonly string[];
  /** SHA-256 (hexadecimal) of each source file of the project, by path relative to the project. */
  readonly sources: Readonly<Record<string, string>>;
  /** Version and integrity, as in the lock file, of each package that is in the bundle or makes it. */
  readonly packages: Readonly<Record<string, string>>;
}

/** A package's entry in the lock file. */
export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
}

/** Returns the manifest that a build has written, or undefined if there is none. */
export function readManifest(root: string, manifestFile: string): Manifest | undefined {
  const file = path.join(root, manifestFile);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/**
 * Checks whether a built file is missing or differs from a build of its current sources. It needs neither esbuild nor a
 * compilation, and takes a few milliseconds.
 */
export function isStale(root: string, builtFile: string, manifestFile: string): boolean {
  const manifest = readManifest(root, manifestFile);
  const file = path.join(root, builtFile);
  if (!manifest || !existsSync(file)) return true;
  const { sha256Base64, sources, packages } = manifest;
  const locked = lockedVersions(root, Object.keys(packages));
  return (
    sha256(readFileSync(file), 'base64') !== sha256Base64 ||
    Object.entries(sources).some(([source, hash]) => hashFile(root, source) !== hash) ||
    Object.entries(packages).some(([folder, version]) => locked[folder] !== version)
  );
}

/** Checks whether `npm run build` has to run before the handler may be deployed. */
export const isHandlerStale = (): boolean => isStale(PROJECT_ROOT, HANDLER_ZIP, HANDLER_MANIFEST);

/**
 * Returns the lock file's packages by folder, such as `node_modules/a/node_modules/@b/c`. The project itself has the
 * empty name.
 */
export const lockedPackages = (root: string): Readonly<Record<string, LockedPackage>> =>
  JSON.parse(readFileSync(path.join(root, LOCK_FILE), 'utf8')).packages;

export function lockedVersions(root: string, folders: readonly string[]): Record<string, string> {
  const packages = lockedPackages(root);
  return Object.fromEntries(
    [...new Set(folders)].sort().map((folder) => {
      const locked = packages[folder];
      return [folder, locked ? `${locked.version} ${locked.integrity ?? ''}`.trimEnd() : 'not locked'];
    }),
  );
}

/** Returns the hash of a file, or undefined if it has been removed. */
export function hashFile(root: string, name: string): string | undefined {
  const file = path.join(root, name);
  return existsSync(file) ? sha256(readFileSync(file), 'hex') : undefined;
}

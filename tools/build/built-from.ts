/** What a build was made of, and whether it is stale. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HANDLER_MANIFEST, HANDLER_ZIP, PROJECT_ROOT, sha256 } from '../../constructs/built-handler';

const LOCK_FILE = 'package-lock.json';

/** What a built file is and was made of, kept beside it, so that one can tell without esbuild whether it is stale. */
export interface Manifest {
  /** SHA-256 of the file: of the function's zip what Lambda shows as `CodeSha256`, and Terraform wants as `source_code_hash`. */
  readonly sha256Base64: string;
  /** Folders of the packages that are in it, as the lock file names them. */
  readonly bundled: readonly string[];
  /** SHA-256 (hexadecimal) of each source file of the project, by path relative to the project. */
  readonly sources: Readonly<Record<string, string>>;
  /** Version and integrity, as the lock file has them, of each package that is in the bundle or makes it. */
  readonly packages: Readonly<Record<string, string>>;
}

/** What the lock file says of a package. */
export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
}

/** Returns the manifest that a build has written; undefined if there is none. */
export function readManifest(root: string, manifestFile: string): Manifest | undefined {
  const file = path.join(root, manifestFile);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/**
 * Checks whether a built file is missing, or is not what its sources would give now. Needs neither esbuild nor the sources'
 * compilation: a few milliseconds.
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

/** The lock file's packages by folder, `node_modules/a/node_modules/@b/c`; the project itself is ``. */
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

/** Returns the hash of a file; undefined if it has been removed. */
export function hashFile(root: string, name: string): string | undefined {
  const file = path.join(root, name);
  return existsSync(file) ? sha256(readFileSync(file), 'hex') : undefined;
}

/** What a build was made of, and whether it is stale. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HANDLER_MANIFEST, HANDLER_ZIP, PROJECT_ROOT, sha256 } from '../../constructs/built-handler';

const LOCK_FILE = 'package-lock.json';

/** What a bundle was made of, kept beside it, so that one can tell without esbuild whether it is stale. */
export interface BundleInputs {
  /** SHA-256 (hexadecimal) over `sources` and `packages`. */
  readonly sourceHash: string;
  /** SHA-256 (hexadecimal) of each source file of the project, by path relative to the project. */
  readonly sources: Readonly<Record<string, string>>;
  /** Version and integrity, as the lock file has them, of each package that is in the bundle or makes it. */
  readonly packages: Readonly<Record<string, string>>;
}

/** `dist/handler.json`: what the zip is, and what it was made of. */
export interface HandlerManifest extends BundleInputs {
  /** Folders of the packages that are in the zip, as the lock file names them. */
  readonly bundled: readonly string[];
  /** What Lambda shows as `CodeSha256`, and Terraform wants as `source_code_hash`. */
  readonly zipSha256Base64: string;
}

/** What the lock file says of a package. */
export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
}

/** Undefined when nothing was built. */
export const readHandlerManifest = (root: string = PROJECT_ROOT): HandlerManifest | undefined =>
  readManifest<HandlerManifest>(root, HANDLER_MANIFEST);

/**
 * Returns why `dist/handler.zip` is not what its sources would give now; undefined when it is up to date. Needs neither
 * esbuild nor the sources' compilation: a few milliseconds.
 */
export function handlerStaleness(root: string = PROJECT_ROOT): string | undefined {
  const manifest = readHandlerManifest(root);
  if (!manifest) return `${HANDLER_MANIFEST} is missing`;
  const wrong = whatIsWrongWith(root, HANDLER_ZIP, manifest.zipSha256Base64);
  return wrong ?? whatChanged(root, manifest);
}

/** Checks whether `npm run build` has to run before the handler may be deployed. */
export const isHandlerStale = (root: string = PROJECT_ROOT): boolean => handlerStaleness(root) !== undefined;

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
  const found = sha256(readFileSync(file), 'base64');
  return found === sha256Base64
    ? undefined
    : `${builtFile} is not the file that was built (SHA-256 in base64: expected ${sha256Base64}, found ${found})`;
}

/** A manifest as written by the build; undefined if it does not exist. */
export function readManifest<T extends BundleInputs>(root: string, manifestFile: string): T | undefined {
  const file = path.join(root, manifestFile);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

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

export const hashFile = (root: string, file: string): string =>
  sha256(readFileSync(path.join(root, file)), 'hex');

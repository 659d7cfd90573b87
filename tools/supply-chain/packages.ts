import {
  type LockedPackage,
  lockedPackages,
  readHandlerManifest,
  readManifest,
} from '../../constructs/built-handler';
import { PROGRAMS, type ProgramManifest } from '../build/programs';

/** A package from the registry, as the lock file has it. */
export interface Package {
  /** With its scope: `@aws-sdk/client-s3`. */
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, as the package says it; undefined where it says none. */
  readonly licence: string | undefined;
  /** Of its tarball, as npm writes it: `sha512-…`, base64. */
  readonly integrity: string | undefined;
}

/** Every package that `npm ci` may install here, tools included. */
export const allPackages = (root: string): Package[] => {
  const locked = lockedPackages(root);
  return packagesOf(
    locked,
    Object.keys(locked).filter((folder) => folder.includes('node_modules/') && !locked[folder]!.link),
  );
};

/** What is in the function's zip, as its build wrote it down. */
export const bundledPackages = (root: string): Package[] => {
  const manifest = readHandlerManifest(root);
  if (!manifest) throw new Error('There is no built handler: npm run build.');
  return packagesOf(lockedPackages(root), manifest.bundled);
};

/** What comes along with the package for whoever depends on it: what is in its command, its peers, and what they need. */
export const dependencies = (root: string): Package[] => {
  const locked = lockedPackages(root);
  const command = readManifest<ProgramManifest>(root, `${PROGRAMS.cli.file}.json`);
  if (!command) throw new Error('There is no built command: npm run build.');
  const peers = Object.keys(locked['']?.peerDependencies ?? {}).map((name) => resolve(locked, '', name));
  const folders = new Set(peers.filter((folder) => folder !== undefined));
  for (const folder of folders) {
    for (const name of Object.keys({
      ...locked[folder]?.dependencies,
      ...locked[folder]?.optionalDependencies,
    })) {
      const found = resolve(locked, folder, name);
      if (found !== undefined) folders.add(found);
    }
  }
  return packagesOf(locked, [...command.bundled, ...folders]);
};

/** As Node does: in the package's own `node_modules`, then in those above it. */
const resolve = (
  locked: Readonly<Record<string, LockedPackage>>,
  from: string,
  name: string,
): string | undefined => {
  for (let at = from; ; at = at.replace(/(^|\/)node_modules\/(?!.*node_modules\/).*$/, '')) {
    const candidate = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (locked[candidate]) return candidate;
    if (at === '') return undefined;
  }
};

const packagesOf = (
  locked: Readonly<Record<string, LockedPackage>>,
  folders: readonly string[],
): Package[] => {
  const found = folders.map((folder): Package => {
    const { version = '', license, integrity } = locked[folder] ?? {};
    return { name: folder.replace(/^.*node_modules\//, ''), version, licence: license, integrity };
  });
  const byId = new Map(found.map((each) => [`${each.name}@${each.version}`, each]));
  return [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
};

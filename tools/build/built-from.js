// @ts-check
/**
 * Records the sources of a build, and checks whether it is stale. It is plain JavaScript, so that the check needs neither
 * esbuild nor a compilation, and takes a few milliseconds.
 */
const { createHash } = require('node:crypto');
const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');

const LOCK_FILE = 'package-lock.json';

/**
 * Describes a built file and its sources. It is stored with the file.
 * @typedef {object} Manifest
 * @property {string} sha256Base64 SHA-256 of the file. For the function's zip, Lambda reports it as `CodeSha256`, and
 *   Terraform requires it as `source_code_hash`.
 * @property {readonly string[]} bundled folders of the bundled packages, as the lock file names them
 * @property {Readonly<Record<string, string>>} sources SHA-256 (hexadecimal) of each source file of the project, by path
 *   relative to the project
 * @property {Readonly<Record<string, string>>} packages version and integrity, as in the lock file, of each package that
 *   is in the bundle or makes it
 */

/**
 * A package's entry in the lock file.
 * @typedef {{ readonly version?: string, readonly integrity?: string, readonly license?: string }} LockedPackage
 */

/**
 * Returns the name of a built file's manifest: `handler.json` for `handler.zip`, and `byodkim.js.json` for `byodkim.js`.
 * @param {string} builtFile
 */
const manifestOf = (builtFile) => `${builtFile.replace(/\.zip$/, '')}.json`;

/**
 * Returns the manifest that a build has written, or undefined if there is none.
 * @param {string} root
 * @param {string} builtFile
 * @returns {Manifest | undefined}
 */
function readManifest(root, builtFile) {
  const file = path.join(root, manifestOf(builtFile));
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/**
 * Checks whether a built file is missing or differs from a build of its current sources.
 * @param {string} root
 * @param {string} builtFile
 */
function isStale(root, builtFile) {
  const manifest = readManifest(root, builtFile);
  const file = path.join(root, builtFile);
  if (!manifest || !existsSync(file)) return true;
  const { sha256Base64, sources, packages } = manifest;
  const locked = lockedVersions(root, Object.keys(packages));
  return (
    createHash('sha256').update(readFileSync(file)).digest('base64') !== sha256Base64 ||
    Object.entries(sources).some(([source, hash]) => hashFile(root, source) !== hash) ||
    Object.entries(packages).some(([folder, version]) => locked[folder] !== version)
  );
}

/**
 * Returns the lock file's packages by folder, such as `node_modules/a/node_modules/@b/c`. The project itself has the
 * empty name.
 * @param {string} root
 * @returns {Readonly<Record<string, LockedPackage>>}
 */
const lockedPackages = (root) => JSON.parse(readFileSync(path.join(root, LOCK_FILE), 'utf8')).packages;

/**
 * @param {string} root
 * @param {readonly string[]} folders
 * @returns {Record<string, string>}
 */
function lockedVersions(root, folders) {
  const packages = lockedPackages(root);
  return Object.fromEntries(
    [...new Set(folders)].sort().map((folder) => {
      const locked = packages[folder];
      return [folder, locked ? `${locked.version} ${locked.integrity ?? ''}`.trimEnd() : 'not locked'];
    }),
  );
}

/**
 * Returns the hash of a file, or undefined if it has been removed.
 * @param {string} root
 * @param {string} name
 * @returns {string | undefined}
 */
function hashFile(root, name) {
  const file = path.join(root, name);
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : undefined;
}

module.exports = { manifestOf, readManifest, isStale, lockedPackages, lockedVersions, hashFile };

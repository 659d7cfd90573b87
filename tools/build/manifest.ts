import { sha256 } from '../../constructs/built-handler';
import { type BundleInputs, hashFile, lockedVersions } from './built-from';

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

function hashSources(root: string, files: readonly string[]): Record<string, string> {
  return Object.fromEntries([...new Set(files)].sort().map((file) => [file, hashFile(root, file)]));
}

/** `node_modules/a/node_modules/@b/c/dist/x.js` → `node_modules/a/node_modules/@b/c`, the lock file's own key. */
export function packageFolder(file: string): string | undefined {
  return /(?:^|\/)(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
}

import { type BundleInputs, PROJECT_ROOT, readManifest, whatChanged, whatIsWrongWith } from './manifest';

/** The function's code, as deployed: `index.js` at its root, which exports `handler(event, context)`. */
export const HANDLER_ZIP = 'dist/handler.zip';
export const HANDLER_MANIFEST = 'dist/handler.json';

/** `dist/handler.json`: what the zip is, and what it was made of. */
export interface HandlerManifest extends BundleInputs {
  /** Folders of the packages that are in the zip, as the lock file names them. */
  readonly bundled: readonly string[];
  /** What Lambda shows as `CodeSha256`, and Terraform wants as `source_code_hash`. */
  readonly zipSha256Base64: string;
}

/** Undefined when nothing was built. */
export const readHandlerManifest = (root: string = PROJECT_ROOT): HandlerManifest | undefined =>
  readManifest<HandlerManifest>(root, HANDLER_MANIFEST);

/**
 * Why `dist/handler.zip` is not what its sources would give now; undefined when it is up to date.
 * Needs neither esbuild nor the sources' compilation: a few milliseconds.
 */
export function handlerStaleness(root: string = PROJECT_ROOT): string | undefined {
  const manifest = readHandlerManifest(root);
  if (!manifest) return `${HANDLER_MANIFEST} is missing`;
  return whatIsWrongWith(root, HANDLER_ZIP, manifest.zipSha256Base64) ?? whatChanged(root, manifest);
}

/** Whether `npm run build` has to run before the handler may be deployed. */
export const isHandlerStale = (root: string = PROJECT_ROOT): boolean => handlerStaleness(root) !== undefined;

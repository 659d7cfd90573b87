import path from 'node:path';
import { PROJECT_ROOT } from '../scripts/build/manifest';
import { HANDLER_ZIP, handlerStaleness, readHandlerManifest } from '../scripts/build/source-hash';

export interface HandlerCode {
  /** Of the zip, absolute. */
  readonly path: string;
  /** Base64 of its SHA-256, as Lambda shows it. */
  readonly sha256Base64: string;
}

/**
 * The function's built code, as a zip that is ready: an archive made at synth would cost a process per stack, and its
 * bytes would vary.
 * @param root the project's folder
 * @throws Error when it is missing, or older than its sources
 */
export function handlerCode(root: string = PROJECT_ROOT): HandlerCode {
  const reason = handlerStaleness(root);
  const manifest = readHandlerManifest(root);
  if (reason !== undefined || manifest === undefined)
    throw new Error(`The function's code is not up to date: ${reason}. Run "npm run build", then try again.`);
  return { path: path.join(root, HANDLER_ZIP), sha256Base64: manifest.zipSha256Base64 };
}

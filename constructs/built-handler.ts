import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { refusalError } from './refusal';

/** The folder of the project or of the installed package: the nearest one with a `package.json`. */
export const PROJECT_ROOT = rootAbove(__dirname);

/**
 * Name of the file with the function's code as it is deployed: `index.js` at its root, which exports `handler(event,
 * context)`.
 */
export const HANDLER_ZIP = 'dist/handler.zip';
export const HANDLER_MANIFEST = 'dist/handler.json';

/** A zip of the function's code, ready to be deployed. */
export interface HandlerCode {
  /** Absolute path of the zip. */
  readonly path: string;
  /** Its SHA-256 in base64, as Lambda shows it. */
  readonly sha256Base64: string;
}

/**
 * Returns the function's built code. Making an archive at synth would take a process per stack, and its bytes would vary.
 * @param root the project's folder, or the installed package's
 * @throws Error when it is missing, or not the one that was built
 */
export function handlerCode(root: string = PROJECT_ROOT): HandlerCode {
  const [zip, manifest] = [path.join(root, HANDLER_ZIP), path.join(root, HANDLER_MANIFEST)] as const;
  const missing = [zip, manifest].find((file) => !existsSync(file));
  if (missing !== undefined) throw refusalError([{ code: 'CODE_MISSING', facts: { file: missing } }]);
  const { sha256Base64: built } = JSON.parse(readFileSync(manifest, 'utf8'));
  const found = sha256(readFileSync(zip), 'base64');
  if (found !== built)
    throw refusalError([{ code: 'CODE_CHANGED', facts: { file: zip, expected: built, found } }]);
  return { path: zip, sha256Base64: found };
}

export const sha256 = (content: Uint8Array | string, encoding: 'hex' | 'base64'): string =>
  createHash('sha256').update(content).digest(encoding);

function rootAbove(folder: string): string {
  const above = path.dirname(folder);
  return existsSync(path.join(folder, 'package.json')) || above === folder ? folder : rootAbove(above);
}

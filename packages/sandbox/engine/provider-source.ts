import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** The provider that was asked for cannot be had: the message says in one sentence why, and what to do. */
export class NoProviderError extends Error {}

/**
 * Reads `--provider`: the file of the real provider, to be used instead of the stand-in.
 * @throws NoProviderError where there is no such program
 */
export function readProviderFile(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const file = path.resolve(text);
  try {
    accessSync(file, constants.X_OK);
    if (statSync(file).isFile()) return file;
  } catch {
    // Said below.
  }
  throw new NoProviderError(
    `--provider ${text}: no program is there; it takes the file of a terraform-provider-aws.`,
  );
}

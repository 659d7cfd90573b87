import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** The requested provider is not available. The message gives the reason and the remedy in one sentence. */
export class NoProviderError extends Error {}

/** The file name that registries use: `terraform-provider-aws_v6.25.0`, or `…_x5` for an older plugin protocol. */
const NAME = /^terraform-provider-aws_v(\d+)\.\d+\.\d+(_x\d+)?$/;

/**
 * Reads `--provider`, the file of the real provider to use instead of the stand-in.
 * @throws NoProviderError if no such program exists
 */
export function readProviderFile(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const file = path.resolve(text);
  if (!isProgram(file) || !NAME.test(path.basename(file)))
    throw new NoProviderError(
      `--provider ${text}: not the program of an aws provider. Pass the file under its name in registries, ` +
        'for example terraform-provider-aws_v6.25.0.',
    );
  return file;
}

/** Returns whether it is older than version 6, the first in which a resource can name its region. */
export const isBeforeSix = (file: string): boolean => Number(NAME.exec(path.basename(file))?.[1]) < 6;

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** The provider that was asked for cannot be had: the message says in one sentence why, and what to do. */
export class NoProviderError extends Error {}

/** As registries name its file: `terraform-provider-aws_v6.25.0`, or `…_x5` for an older plugin protocol. */
const NAME = /^terraform-provider-aws_v(\d+)\.\d+\.\d+(_x\d+)?$/;

/**
 * Reads `--provider`: the file of the real provider, to be used instead of the stand-in.
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

/** Returns whether it is older than version 6, since which a resource can name its region. */
export const isBeforeSix = (file: string): boolean => Number(NAME.exec(path.basename(file))?.[1]) < 6;

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

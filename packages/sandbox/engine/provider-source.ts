import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** Where the engine gets the aws provider from. */
export type ProviderSource =
  /** The one that is here: no registry is asked. */
  | { readonly kind: 'stand-in' }
  /** The real one, fetched by the engine as anywhere. */
  | { readonly kind: 'registry' }
  /** The real one, or any other: a program that is here. */
  | { readonly kind: 'file'; readonly file: string };

export const STAND_IN: ProviderSource = { kind: 'stand-in' };

/** The provider that was asked for cannot be had: the message says in one sentence why, and what to do. */
export class NoProviderError extends Error {}

/**
 * Reads `--provider`: `registry`, or a program's file.
 * @throws NoProviderError where there is no such program
 */
export function readProviderSource(text: string | undefined): ProviderSource {
  if (text === undefined || text === 'stand-in') return STAND_IN;
  if (text === 'registry') return { kind: 'registry' };
  const file = path.resolve(text);
  try {
    accessSync(file, constants.X_OK);
    if (statSync(file).isFile()) return { kind: 'file', file };
  } catch {
    // Said below.
  }
  throw new NoProviderError(
    `--provider ${text}: no program is there; it takes "registry", or the file of a terraform-provider-aws.`,
  );
}

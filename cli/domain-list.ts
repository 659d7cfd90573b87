import { DEFAULT_FUNCTION_NAME } from '../handlers/contract';
import type { DomainList, ListedDomain } from '../list/domain-list';
import { inRegion, keyStoreBucketOf } from '../list/domain-list';
import { DomainListError } from '../list/mistake';
import { parseDomainList, readFailure } from '../list/read-list';
import { CliError, usageError } from './cli-error';
import { type BrokenDomain, soundPart } from './sound-part';
import type { CliWorld } from './world';

export const DEFAULT_LIST = 'domains.yaml';

/** A list as far as it can be used. */
export interface ReadableList {
  readonly list: DomainList;
  readonly broken: readonly BrokenDomain[];
}

/** @returns undefined where no list is named, and there is none by the usual name */
export async function readListText(
  world: CliWorld,
  named: string | undefined,
): Promise<{ text: string; file: string } | undefined> {
  const file = named ?? DEFAULT_LIST;
  try {
    return { text: (await world.readFile(file)).toString('utf8'), file };
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (absent && named === undefined) return undefined;
    throw new CliError(`The domain list ${file} cannot be read: ${readFailure(error)}.`, 'LIST_NOT_FOUND');
  }
}

/** The whole list. @throws CliError with every mistake, one line each */
export function parseWholeList(text: string, file: string): DomainList {
  try {
    return parseDomainList(text, file);
  } catch (error) {
    if (error instanceof DomainListError) throw new CliError(error.message, 'LIST_INVALID');
    throw error;
  }
}

/** Reads the domains without mistakes, so that a broken one does not hide the others. */
export function parseReadableList(text: string, file: string): ReadableList {
  try {
    return { list: parseDomainList(text, file), broken: [] };
  } catch (error) {
    if (!(error instanceof DomainListError)) throw error;
    const sound = soundPart(text, error.mistakes);
    try {
      if (sound) return { list: parseDomainList(sound.text, file), broken: sound.broken };
    } catch {
      // The mistakes of the whole list are reported.
    }
    throw new CliError(error.message, 'LIST_INVALID');
  }
}

/** The list, or `undefined` where there is none and none was named. */
export async function readReadableList(
  world: CliWorld,
  named: string | undefined,
): Promise<ReadableList | undefined> {
  const read = await readListText(world, named);
  return read && parseReadableList(read.text, read.file);
}

/** @throws CliError where there is no list */
export async function requireList(world: CliWorld, named: string | undefined): Promise<ReadableList> {
  const list = await readReadableList(world, named);
  if (list) return list;
  throw usageError(
    `There is no ${DEFAULT_LIST} here. Run this where the domain list is, or name it with --list.`,
  );
}

export const functionNameOf = (list: Pick<DomainList, 'control'> | undefined): string =>
  list?.control.functionName ?? DEFAULT_FUNCTION_NAME;

/** The bucket of a domain's keys, where the list names it. */
export function bucketOf(list: DomainList, listed: ListedDomain): string | undefined {
  const bucket = listed.keyStore?.bucket ?? keyStoreBucketOf(list.control).name;
  return bucket === undefined ? undefined : inRegion(bucket, listed.region);
}

/** Where a domain's key and DNS information lie, as events name it. */
export function keyStoreOf(listed: ListedDomain): ListedDomain['keyStore'] {
  const { keyStore, region } = listed;
  if (keyStore?.bucket === undefined) return keyStore;
  return { ...keyStore, bucket: inRegion(keyStore.bucket, region) };
}

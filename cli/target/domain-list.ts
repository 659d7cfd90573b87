import { DEFAULT_FUNCTION_NAME } from '../../handlers/contract/contract';
import {
  DEFAULT_LIST,
  type DomainList,
  inRegion,
  keyStoreBucketOf,
  type ListedDomain,
} from '../../list/domain-list';
import { DomainListError, readFailure } from '../../list/mistake';
import { parseDomainList } from '../../list/read-list';
import { failure, usageError } from '../errors/cli-error';
import type { GlobalOptions } from '../world/cli';
import type { CliWorld } from '../world/world';

export interface ListText {
  readonly text: string;
  /** The path as it was passed, for messages. */
  readonly file: string;
}

/** Returns `undefined` if no list is named and no file has the usual name, or with `--no-list`. */
async function readListText(world: CliWorld, options: GlobalOptions): Promise<ListText | undefined> {
  const named = options.list ?? (world.env.BYODKIM_DOMAINS || undefined);
  if (named === false) return undefined;
  const file = named ?? DEFAULT_LIST;
  try {
    return { text: (await world.readFile(file)).toString('utf8'), file };
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (absent && named === undefined) return undefined;
    throw failure('LIST_NOT_FOUND', { file, reason: readFailure(error) });
  }
}

/** @throws CliError without a list or with `--no-list` */
export async function requireListText(world: CliWorld, options: GlobalOptions): Promise<ListText> {
  const read = await readListText(world, options);
  if (read) return read;
  throw usageError('list-needed', { file: DEFAULT_LIST, isLeftOut: options.list === false });
}

/** @throws CliError with every mistake, one line each */
export function parseList({ text, file }: ListText): DomainList {
  try {
    return parseDomainList(text, file);
  } catch (error) {
    if (error instanceof DomainListError)
      throw failure('LIST_INVALID', { kind: 'mistakes', file, mistakes: error.mistakes });
    throw error;
  }
}

/** Reads the list; returns `undefined` without one, or with `--no-list`. */
export async function readList(world: CliWorld, options: GlobalOptions): Promise<DomainList | undefined> {
  const read = await readListText(world, options);
  return read && parseList(read);
}

/** @throws CliError without a list */
export const requireList = async (world: CliWorld, options: GlobalOptions): Promise<DomainList> =>
  parseList(await requireListText(world, options));

/** Reads the list of a command for its entries. @throws CliError without a list, or with its mistakes */
export async function requireEntries(world: CliWorld, options: GlobalOptions): Promise<DomainList> {
  if (options.region !== undefined || options.function !== undefined) throw usageError('region-in-list', {});
  return requireList(world, options);
}

export const functionNameOf = (list: Pick<DomainList, 'control'> | undefined): string =>
  list?.control.functionName ?? DEFAULT_FUNCTION_NAME;

/** Returns the account to which a list deploys, if the list names it. */
export function accountOf(list: Pick<DomainList, 'provider'> | undefined): string | undefined {
  const { allowedAccountIds = [], assumeRoleArn } = list?.provider ?? {};
  if (allowedAccountIds.length === 1) return allowedAccountIds[0];
  return assumeRoleArn?.split(':')[4];
}

/** Returns the bucket of a domain's keys, if the list names it. */
export function bucketOf(list: DomainList, listed: ListedDomain): string | undefined {
  const bucket = listed.keyStore?.bucket ?? keyStoreBucketOf(list.control).name;
  return bucket === undefined ? undefined : inRegion(bucket, listed.region);
}

/** Returns the place of a domain's key and DNS information in the form of events. */
export function keyStoreOf(listed: ListedDomain): ListedDomain['keyStore'] {
  const { keyStore, region } = listed;
  if (keyStore?.bucket === undefined) return keyStore;
  return { ...keyStore, bucket: inRegion(keyStore.bucket, region) };
}

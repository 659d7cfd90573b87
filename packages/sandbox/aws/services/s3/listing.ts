import type { Operation } from '../../../contract/service';
import { definedKeys, invalidArgument, s3Operation } from './operation';
import type { Bucket, ObjectVersion, Store } from './store';

const listKeys = ({ Prefix = '', Delimiter, MaxKeys }: any): Record<string, string> =>
  definedKeys({ 's3:prefix': Prefix, 's3:delimiter': Delimiter, 's3:max-keys': MaxKeys?.toString() });

/** Makes the operations that list objects. */
export function listingOperations(store: Store): Record<string, Operation> {
  return {
    ListObjectsV2: s3Operation(store, {
      action: 's3:ListBucket',
      on: 'bucket',
      conditionKeys: listKeys,
      run: (bucket, input) => {
        const after = decodeToken(input.ContinuationToken) ?? input.StartAfter ?? '';
        const current = bucket.keys().flatMap((key) => bucket.current(key) ?? []);
        const page = pageOf(
          current.filter(({ key }) => key > after),
          input,
          after,
        );
        const { listed, prefixes, last } = page;
        return {
          ...described(bucket, input, page),
          StartAfter: input.StartAfter && written(input.StartAfter, input),
          ContinuationToken: input.ContinuationToken,
          KeyCount: listed.length + prefixes.length,
          NextContinuationToken: last && encodeToken(last.key),
          Contents: listed.map((version) => summary(version, input)),
        };
      },
    }),

    ListObjectVersions: s3Operation(store, {
      action: 's3:ListBucketVersions',
      on: 'bucket',
      conditionKeys: listKeys,
      run: (bucket, input) => {
        const { KeyMarker = '' } = input;
        const page = pageOf(versionsAfter(bucket, input), input, KeyMarker);
        const { listed, last } = page;
        const pick = (deleteMarker: boolean) =>
          listed.filter((version) => version.deleteMarker === deleteMarker);
        const named = (version: ObjectVersion) => ({
          Key: written(version.key, input),
          VersionId: version.versionId,
          IsLatest: bucket.versions(version.key)[0] === version,
          LastModified: version.lastModified,
        });
        return {
          ...described(bucket, input, page),
          KeyMarker: written(KeyMarker, input),
          VersionIdMarker: input.VersionIdMarker ?? '',
          NextKeyMarker: last && written(last.key, input),
          NextVersionIdMarker: last?.versionId,
          Versions: pick(false).map((version) => ({ ...summary(version, input), ...named(version) })),
          DeleteMarkers: pick(true).map(named),
        };
      },
    }),
  };
}

/** The last item of a page that has a successor: a version or a common prefix. */
type Last = Pick<ObjectVersion, 'key'> & Partial<ObjectVersion>;

interface Page {
  readonly listed: readonly ObjectVersion[];
  readonly prefixes: readonly string[];
  readonly maxKeys: number;
  readonly last?: Last;
}

/** Returns the members that describe a page in both kinds of answer. */
const described = (bucket: Bucket, input: any, { prefixes, maxKeys, last }: Page) => ({
  Name: bucket.name,
  Prefix: written(input.Prefix ?? '', input),
  Delimiter: input.Delimiter && written(input.Delimiter, input),
  EncodingType: input.EncodingType,
  MaxKeys: maxKeys,
  IsTruncated: last !== undefined,
  CommonPrefixes: prefixes.map((prefix) => ({ Prefix: written(prefix, input) })),
});

/**
 * Returns all versions of the keys after the marker's key and, if the marker names a version, the older versions of
 * that key.
 */
function versionsAfter(bucket: Bucket, { KeyMarker, VersionIdMarker }: any): ObjectVersion[] {
  const invalid = (message: string) => invalidArgument(message, 'version-id-marker', VersionIdMarker);
  if (VersionIdMarker !== undefined && KeyMarker === undefined)
    throw invalid('A version-id marker cannot be specified without a key marker.');
  const all = bucket.keys().flatMap((key) => bucket.versions(key));
  if (VersionIdMarker === undefined) return all.filter(({ key }) => key > (KeyMarker ?? ''));
  const marked = all.findIndex(({ key, versionId }) => key === KeyMarker && versionId === VersionIdMarker);
  if (marked < 0) throw invalid('Invalid version id specified');
  return all.slice(marked + 1);
}

/** Returns as many versions as fit on a page. Keys with the delimiter after the prefix are rolled up. */
function pageOf(all: readonly ObjectVersion[], input: any, after: string): Page {
  const { Prefix: prefix = '', Delimiter: delimiter } = input;
  const maxKeys = Math.min(Number(input.MaxKeys ?? 1000), 1000);
  const listed: ObjectVersion[] = [];
  const prefixes: string[] = [];
  const isRolledUp = (key: string) => delimiter && after.endsWith(delimiter) && key.startsWith(after);
  let last: Last | undefined;
  for (const version of all.filter(({ key }) => key.startsWith(prefix) && !isRolledUp(key))) {
    const common = commonPrefix(version.key, prefix, delimiter);
    if (common !== undefined && common === prefixes.at(-1)) continue;
    if (listed.length + prefixes.length === maxKeys) return { listed, prefixes, maxKeys, last };
    if (common === undefined) listed.push(version);
    else prefixes.push(common);
    last = common === undefined ? version : { key: common };
  }
  return { listed, prefixes, maxKeys };
}

/** Returns the beginning of a key up to the first delimiter after the prefix. */
function commonPrefix(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
  return end < 0 ? undefined : key.slice(0, end + delimiter!.length);
}

/** Percent-encodes keys if the client requests it, since keys may contain characters that XML cannot. */
const written = (key: string, { EncodingType }: any): string =>
  EncodingType === 'url' ? encodeURIComponent(key).replaceAll('%2F', '/') : key;

const summary = (version: ObjectVersion, input: any) => ({
  Key: written(version.key, input),
  LastModified: version.lastModified,
  ETag: version.etag,
  Size: version.body.length,
  StorageClass: 'STANDARD',
});

const encodeToken = (key: string): string => Buffer.from(`after:${key}`).toString('base64url');

/** @throws InvalidArgument for a token that the sandbox did not issue */
function decodeToken(token?: string): string | undefined {
  if (token === undefined) return undefined;
  const [, key] = /^after:(.*)$/s.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (key !== undefined) return key;
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
}

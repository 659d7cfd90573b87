import type { Operation } from '../../service';
import { invalidArgument, s3Operation } from './operation';
import type { Bucket, ObjectVersion, Store } from './store';

const listKeys = (input: any): Record<string, string> => {
  const keys: Record<string, string> = { 's3:prefix': input.Prefix ?? '' };
  if (input.Delimiter !== undefined) keys['s3:delimiter'] = input.Delimiter;
  if (input.MaxKeys !== undefined) keys['s3:max-keys'] = String(input.MaxKeys);
  return keys;
};

/** What lists objects. */
export function listingOperations(store: Store): Record<string, Operation> {
  return {
    ListObjectsV2: s3Operation(store, {
      action: 's3:ListBucket',
      on: 'bucket',
      conditionKeys: listKeys,
      run: (bucket, input) => {
        const after = decodeToken(input.ContinuationToken) ?? input.StartAfter ?? '';
        const page = group(
          bucket.keys().filter((key) => bucket.current(key) !== undefined),
          input,
          after,
        );
        return {
          Name: bucket.name,
          Prefix: input.Prefix ?? '',
          Delimiter: input.Delimiter,
          MaxKeys: page.maxKeys,
          StartAfter: input.StartAfter,
          ContinuationToken: input.ContinuationToken,
          EncodingType: input.EncodingType,
          KeyCount: page.keys.length + page.prefixes.length,
          IsTruncated: page.last !== undefined,
          NextContinuationToken: page.last === undefined ? undefined : encodeToken(page.last),
          Contents: page.keys.map((key) => ({ ...summary(bucket.current(key)!), Key: written(key, input) })),
          CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: written(prefix, input) })),
        };
      },
    }),

    ListObjectVersions: s3Operation(store, {
      action: 's3:ListBucketVersions',
      on: 'bucket',
      conditionKeys: listKeys,
      run: (bucket, input) => {
        if (input.VersionIdMarker !== undefined && input.KeyMarker === undefined)
          throw invalidArgument(
            'A version-id marker cannot be specified without a key marker.',
            'version-id-marker',
            input.VersionIdMarker,
          );
        const page = group(bucket.keys(), input, input.KeyMarker ?? '');
        const versions = page.keys.flatMap((key) => withLatest(bucket, key));
        const pick = (deleteMarker: boolean) =>
          versions.filter((entry) => entry.version.deleteMarker === deleteMarker);
        return {
          Name: bucket.name,
          Prefix: input.Prefix ?? '',
          KeyMarker: input.KeyMarker ?? '',
          NextKeyMarker: page.last,
          MaxKeys: page.maxKeys,
          EncodingType: input.EncodingType,
          IsTruncated: page.last !== undefined,
          Versions: pick(false).map(({ version, IsLatest }) => ({
            ...summary(version),
            Key: written(version.key, input),
            VersionId: version.versionId,
            IsLatest,
          })),
          DeleteMarkers: pick(true).map(({ version, IsLatest }) => ({
            Key: written(version.key, input),
            VersionId: version.versionId,
            IsLatest,
            LastModified: version.lastModified,
          })),
          CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: written(prefix, input) })),
        };
      },
    }),
  };
}

interface Page {
  readonly keys: string[];
  readonly prefixes: string[];
  readonly maxKeys: number;
  /** The last key or common prefix of this page, when there is more. */
  readonly last?: string;
}

/** Keys under the prefix, after `after`; those with the delimiter behind the prefix are rolled up. */
function group(allKeys: readonly string[], input: any, after: string): Page {
  const { Prefix: prefix = '', Delimiter: delimiter } = input;
  const maxKeys = Math.min(Number(input.MaxKeys ?? 1000), 1000);
  const keys: string[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  for (const key of allKeys) {
    if (
      !key.startsWith(prefix) ||
      key <= after ||
      (delimiter && after.endsWith(delimiter) && key.startsWith(after))
    ) {
      continue;
    }
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const common = end < 0 ? undefined : key.slice(0, end + delimiter.length);
    if (common !== undefined && common === prefixes.at(-1)) continue;
    if (keys.length + prefixes.length === maxKeys) return { keys, prefixes, maxKeys, last };
    if (common === undefined) keys.push(key);
    else prefixes.push(common);
    last = common ?? key;
  }
  return { keys, prefixes, maxKeys };
}

/** Keys may hold characters that XML cannot: clients ask for them percent-encoded. */
const written = (key: string, { EncodingType }: any): string =>
  EncodingType === 'url' ? encodeURIComponent(key).replaceAll('%2F', '/') : key;

const summary = (version: ObjectVersion) => ({
  Key: version.key,
  LastModified: version.lastModified,
  ETag: version.etag,
  Size: version.body.length,
  StorageClass: 'STANDARD',
});

const withLatest = (bucket: Bucket, key: string) =>
  bucket.versions(key).map((version, index) => ({ version, IsLatest: index === 0 }));

const encodeToken = (key: string): string => Buffer.from(`after:${key}`).toString('base64url');

/** @throws InvalidArgument for what is no token of ours */
function decodeToken(token?: string): string | undefined {
  if (token === undefined) return undefined;
  const [, key] = /^after:(.*)$/s.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (key !== undefined) return key;
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
}

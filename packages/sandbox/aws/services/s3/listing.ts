import type { Operation } from '../../../contract/service';
import { definedKeys, invalidArgument, s3Operation } from './operation';
import type { Bucket, ObjectVersion, Store } from './store';

const listKeys = ({ Prefix = '', Delimiter, MaxKeys }: any): Record<string, string> =>
  definedKeys({ 's3:prefix': Prefix, 's3:delimiter': Delimiter, 's3:max-keys': MaxKeys?.toString() });

/** What lists objects. */
export function listingOperations(store: Store): Record<string, Operation> {
  return {
    ListObjectsV2: s3Operation(store, {
      action: 's3:ListBucket',
      on: 'bucket',
      conditionKeys: listKeys,
      run: (bucket, input) => {
        const after = decodeToken(input.ContinuationToken) ?? input.StartAfter ?? '';
        const current = bucket.keys().flatMap((key) => bucket.current(key) ?? []);
        const { listed, prefixes, maxKeys, last } = group(
          current.filter(({ key }) => key > after),
          input,
          after,
        );
        return {
          ...told(bucket, input, prefixes, maxKeys, last),
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
        const { listed, prefixes, maxKeys, last } = group(versionsAfter(bucket, input), input, KeyMarker);
        const pick = (deleteMarker: boolean) =>
          listed.filter((version) => version.deleteMarker === deleteMarker);
        const named = (version: ObjectVersion) => ({
          Key: written(version.key, input),
          VersionId: version.versionId,
          IsLatest: bucket.versions(version.key)[0] === version,
          LastModified: version.lastModified,
        });
        return {
          ...told(bucket, input, prefixes, maxKeys, last),
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

/** The last thing on a page when there is more: a version, or a common prefix. */
type Last = Pick<ObjectVersion, 'key'> & Partial<ObjectVersion>;

/** What both say of a page. */
const told = (bucket: Bucket, input: any, prefixes: readonly string[], MaxKeys: number, last?: Last) => ({
  Name: bucket.name,
  Prefix: written(input.Prefix ?? '', input),
  Delimiter: input.Delimiter && written(input.Delimiter, input),
  EncodingType: input.EncodingType,
  MaxKeys,
  IsTruncated: last !== undefined,
  CommonPrefixes: prefixes.map((prefix) => ({ Prefix: written(prefix, input) })),
});

/** All versions of keys after the marker's key, or, if a version is marked, what is older than it as well. */
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

/** As many as a page holds of what is under the prefix; what has the delimiter behind the prefix is rolled up. */
function group(all: readonly ObjectVersion[], input: any, after: string) {
  const { Prefix: prefix = '', Delimiter: delimiter } = input;
  const maxKeys = Math.min(Number(input.MaxKeys ?? 1000), 1000);
  const listed: ObjectVersion[] = [];
  const prefixes: string[] = [];
  let last: Last | undefined;
  for (const version of all) {
    const { key } = version;
    const isRolledUp = delimiter && after.endsWith(delimiter) && key.startsWith(after);
    if (!key.startsWith(prefix) || isRolledUp) continue;
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const common = end < 0 ? undefined : key.slice(0, end + delimiter.length);
    if (common !== undefined && common === prefixes.at(-1)) continue;
    if (listed.length + prefixes.length === maxKeys) return { listed, prefixes, maxKeys, last };
    if (common === undefined) listed.push(version);
    else prefixes.push(common);
    last = common === undefined ? version : { key: common };
  }
  return { listed, prefixes, maxKeys };
}

/** Keys may hold characters that XML cannot: clients ask for them percent-encoded. */
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

import { AwsError, type CallContext, type Operation } from '../../../contract/service';
import { malformedXml } from '../../../wire/refusals';
import { checkedChecksums } from './checksums';
import { checkDeleteConditions, checkReadConditions, checkWriteConditions, noSuchKey } from './conditions';
import { chooseEncryption, useKey } from './encryption';
import { bucketArn, definedKeys, invalidArgument, objectArn, s3Operation } from './operation';
import { type Bucket, etagOf, type ObjectVersion, type Store } from './store';

/** Makes the operations on one object: get, head, put, copy and delete. */
export function objectOperations(store: Store): Record<string, Operation> {
  const read = (withBody: boolean): Operation =>
    s3Operation(store, {
      action: (input) => [input.VersionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion'],
      on: 'object',
      run: async (bucket, input, context) => {
        const version = find(bucket, input, context);
        checkReadConditions(input, version, context.clock.now());
        await useKey('Decrypt', version.encryption, objectArn(input), context);
        const checksums = input.ChecksumMode === 'ENABLED' ? version.checksums : {};
        return { ...describe(version, bucket), ...checksums, ...(withBody ? { Body: version.body } : {}) };
      },
    });

  return {
    GetObject: read(true),
    HeadObject: read(false),

    PutObject: s3Operation(store, {
      action: (input) => ['s3:PutObject', ...comparingEtag(input)],
      on: 'object',
      conditionKeys: (input) =>
        definedKeys({
          's3:if-match': input.IfMatch,
          's3:if-none-match': input.IfNoneMatch,
          's3:x-amz-server-side-encryption': input.ServerSideEncryption,
          's3:x-amz-server-side-encryption-aws-kms-key-id': input.SSEKMSKeyId,
        }),
      run: async (bucket, input, context) => {
        checkNew(input);
        const body = Buffer.from(input.Body ?? '');
        const checksums = checkedChecksums(input, body);
        return write(bucket, input, { ...input, body, checksums }, context);
      },
    }),

    DeleteObject: s3Operation(store, {
      action: (input) => [
        input.VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
        ...comparingEtag(input),
      ],
      conditionKeys: (input) => definedKeys({ 's3:if-match': input.IfMatch }),
      on: 'object',
      run: (bucket, input, context) => remove(bucket, input, context),
    }),

    DeleteObjects: s3Operation(store, {
      action: [],
      on: 'bucket',
      run: (bucket, input, context) => removeEach(bucket, input, context),
    }),
  };
}

/** Deletes objects one by one. An object that cannot be deleted does not stop the others. */
async function removeEach(bucket: Bucket, input: any, context: CallContext): Promise<object> {
  const count = input.Delete.Objects.length;
  if (count === 0 || count > MAX_DELETED) throw malformedXml();
  const Deleted: object[] = [];
  const Errors: object[] = [];
  for (const { Key, VersionId } of input.Delete.Objects) {
    try {
      Deleted.push(await removeListed(bucket, { Key, VersionId }, context));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Errors.push({ Key, VersionId, Code: error.code, Message: error.message });
    }
  }
  return { Deleted: input.Delete.Quiet ? [] : Deleted, Errors };
}

/** Deletes an object of a list by a call of its own, so that each deletion is authorized. */
async function removeListed(bucket: Bucket, listed: any, context: CallContext): Promise<object> {
  const { Key, VersionId } = listed;
  const isMissing = VersionId !== undefined && !bucket.version(Key, VersionId);
  const result = await context.call('s3', 'DeleteObject', { Bucket: bucket.name, Key, VersionId });
  if (isMissing) throw noSuchVersion(Key, VersionId);
  return result.DeleteMarker
    ? { Key, VersionId, DeleteMarker: true, DeleteMarkerVersionId: result.VersionId }
    : { Key, VersionId };
}

const MAX_DELETED = 1000;
const MAX_KEY_BYTES = 1024;
const MAX_METADATA_BYTES = 2048;

/** @throws AwsError for a key or metadata that exceed the limit */
function checkNew({ Key, Metadata = {} }: any): void {
  const Size = Buffer.byteLength(Key);
  if (Size > MAX_KEY_BYTES)
    throw new AwsError('KeyTooLongError', 'Your key is too long', 400, {
      Size,
      MaxSizeAllowed: MAX_KEY_BYTES,
    });
  if (Buffer.byteLength(Object.entries(Metadata).flat().join('')) > MAX_METADATA_BYTES) {
    const message = 'Your metadata headers exceed the maximum allowed metadata size';
    throw new AwsError('MetadataTooLarge', message, 400, { MaxSizeAllowed: MAX_METADATA_BYTES });
  }
}

/** Returns the permission to read. A caller that compares ETags needs it, since it learns about the content. */
const comparingEtag = (input: any): string[] =>
  input.IfMatch === undefined || input.IfMatch === '*' ? [] : ['s3:GetObject'];

/**
 * Finds the requested version. If it is missing, S3 reveals that only to callers that may list the bucket.
 * @throws NoSuchKey, NoSuchVersion, AccessDenied, MethodNotAllowed for a delete marker
 */
function find(bucket: Bucket, input: any, context: CallContext): ObjectVersion {
  if (input.VersionId !== undefined) {
    checkVersionId(bucket, input.VersionId);
    const version = bucket.version(input.Key, input.VersionId);
    if (!version) throw noSuchVersion(input.Key, input.VersionId);
    if (version.deleteMarker) {
      throw new AwsError(
        'MethodNotAllowed',
        'The specified method is not allowed against this resource.',
        405,
        { Method: 'GET', ResourceType: 'DeleteMarker', headers: { 'x-amz-delete-marker': 'true' } },
      );
    }
    return version;
  }
  const current = bucket.current(input.Key);
  if (current) return current;
  context.authorize('s3:ListBucket', bucketArn(input), {}, bucket.policy);
  const [latest] = bucket.versions(input.Key);
  throw noSuchKey(
    input.Key,
    latest && { 'x-amz-delete-marker': 'true', 'x-amz-version-id': latest.versionId },
  );
}

const noSuchVersion = (Key: string, VersionId: string): AwsError =>
  new AwsError('NoSuchVersion', 'The specified version does not exist.', 404, { Key, VersionId });

/**
 * Checks a version id, since S3 distinguishes an impossible id from a missing version. A bucket that was never
 * versioned has one version of each object, `null`.
 */
function checkVersionId({ settings }: Bucket, versionId: string): void {
  if (versionId === 'null') return;
  if (settings.BucketVersioning !== undefined && /^[\w.-]{32}$/.test(versionId)) return;
  throw invalidArgument('Invalid version id specified', 'versionId', versionId);
}

/** Lists the members that S3 returns as they were put. */
const GIVEN = ['ContentType', 'ContentEncoding', 'CacheControl', 'Metadata'];

interface NewContent {
  readonly body: Buffer;
  readonly checksums: Record<string, string>;
  readonly [given: string]: unknown;
}

/** Writes a version. KMS is asked first, so that nothing happens between checking the conditions and the write. */
async function write(bucket: Bucket, input: any, content: NewContent, context: CallContext) {
  const encryption = chooseEncryption(input, bucket, context);
  await useKey('GenerateDataKey', encryption, objectArn(input), context);
  checkWriteConditions(input, bucket.current(input.Key));
  const { body, checksums } = content;
  const version = bucket.put({
    key: input.Key,
    body,
    etag: etagOf(body, encryption),
    lastModified: wholeSecond(context.clock.now()),
    deleteMarker: false,
    given: Object.fromEntries(GIVEN.map((name) => [name, content[name]])),
    checksums,
    encryption,
  });
  return {
    ETag: version.etag,
    // A version that is written while versioning is suspended has no id.
    ...(bucket.settings.BucketVersioning === 'Enabled' ? { VersionId: version.versionId } : {}),
    ...encryption,
    ...checksums,
  };
}

function remove(bucket: Bucket, input: any, context: CallContext) {
  const { Key, VersionId } = input;
  checkDeleteConditions(input, bucket.current(Key));
  if (VersionId !== undefined) {
    checkVersionId(bucket, VersionId);
    const DeleteMarker = bucket.version(Key, VersionId)?.deleteMarker || undefined;
    bucket.remove(Key, VersionId);
    return { VersionId, DeleteMarker };
  }
  if (bucket.settings.BucketVersioning === undefined) {
    bucket.remove(Key, 'null');
    return {};
  }
  const marker = bucket.put({
    key: Key,
    body: Buffer.alloc(0),
    etag: '""',
    lastModified: wholeSecond(context.clock.now()),
    deleteMarker: true,
    given: {},
    encryption: { ServerSideEncryption: 'AES256' },
  });
  return { DeleteMarker: true, VersionId: marker.versionId };
}

const describe = (version: ObjectVersion, bucket: Bucket) => ({
  ETag: version.etag,
  ContentLength: version.body.length,
  LastModified: version.lastModified,
  AcceptRanges: 'bytes',
  // Versions from before versioning was enabled have the id `null`; a bucket that was never versioned has no ids.
  ...(bucket.settings.BucketVersioning === undefined ? {} : { VersionId: version.versionId }),
  ...version.encryption,
  ...version.given,
  ContentType: version.given.ContentType ?? 'binary/octet-stream',
});

/** Rounds a time down to the second, since HTTP dates carry no fractions. */
const wholeSecond = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000);

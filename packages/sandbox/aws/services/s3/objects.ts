import { AwsError, type CallContext, type Operation } from '../../service';
import { checkedChecksums } from './checksums';
import { checkReadConditions, checkWriteConditions } from './conditions';
import { chooseEncryption, useKey } from './encryption';
import { bucketArn, objectArn, s3Operation } from './operation';
import { type Bucket, etagOf, type ObjectVersion, type Store } from './store';

/** Get, head, put, copy and delete of one object. */
export function objectOperations(store: Store): Record<string, Operation> {
  const read = (withBody: boolean): Operation =>
    s3Operation(store, {
      action: (input) => [input.VersionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion'],
      on: 'object',
      run: async (bucket, input, context) => {
        const version = find(bucket, input, context);
        checkReadConditions(input, version);
        await useKey('Decrypt', version.encryption, objectArn(input), context);
        return { ...describe(version), ...(withBody ? { Body: version.body } : {}) };
      },
    });

  return {
    GetObject: read(true),
    HeadObject: read(false),

    PutObject: s3Operation(store, {
      action: (input) => [
        's3:PutObject',
        ...comparingEtag(input),
        ...(input.Tagging ? ['s3:PutObjectTagging'] : []),
      ],
      on: 'object',
      conditionKeys: (input) =>
        definedKeys({
          's3:if-match': input.IfMatch,
          's3:if-none-match': input.IfNoneMatch,
          's3:x-amz-server-side-encryption': input.ServerSideEncryption,
          's3:x-amz-server-side-encryption-aws-kms-key-id': input.SSEKMSKeyId,
        }),
      run: async (bucket, input, context) => {
        const body = bytes(input.Body);
        const checksums = checkedChecksums(input, body);
        return write(bucket, input, { ...input, body, checksums }, context);
      },
    }),

    CopyObject: s3Operation(store, {
      action: 's3:PutObject',
      on: 'object',
      run: async (bucket, input, context) => {
        const source = decodeURIComponent(input.CopySource).replace(/^\//, '');
        const [, Bucket = '', Key = '', VersionId] =
          /^([^/]+)\/(.+?)(?:\?versionId=(.+))?$/.exec(source) ?? [];
        const original = await context.call('s3', 'GetObject', { Bucket, Key, VersionId });
        const body = original.Body as Buffer;
        const result = await write(bucket, input, { ...original, body, checksums: {} }, context);
        return {
          CopyObjectResult: { ETag: result.ETag, LastModified: new Date(context.clock.now()) },
          ...result,
        };
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
      run: async (_bucket, input, context) => {
        const Deleted: any[] = [];
        const Errors: any[] = [];
        for (const { Key, VersionId } of input.Delete.Objects) {
          try {
            const result = await context.call('s3', 'DeleteObject', { Bucket: input.Bucket, Key, VersionId });
            Deleted.push({ Key, VersionId, DeleteMarker: result.DeleteMarker });
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            Errors.push({ Key, VersionId, Code: error.code, Message: error.message });
          }
        }
        return { Deleted: input.Delete.Quiet ? [] : Deleted, Errors };
      },
    }),
  };
}

/** Whoever compares ETags learns about the content, so has to be allowed to read it. */
const comparingEtag = (input: any): string[] =>
  input.IfMatch === undefined || input.IfMatch === '*' ? [] : ['s3:GetObject'];

/**
 * The version asked for. Where it is missing, S3 tells so only to those who may list the bucket.
 * @throws NoSuchKey, NoSuchVersion, AccessDenied, MethodNotAllowed for a delete marker
 */
function find(bucket: Bucket, input: any, context: CallContext): ObjectVersion {
  if (input.VersionId !== undefined) {
    const version = bucket.version(input.Key, input.VersionId);
    if (!version) throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
    if (version.deleteMarker) {
      throw new AwsError(
        'MethodNotAllowed',
        'The specified method is not allowed against this resource.',
        405,
      );
    }
    return version;
  }
  const current = bucket.current(input.Key);
  if (current) return current;
  context.authorize('s3:ListBucket', bucketArn(input), {}, bucket.policy);
  throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
}

interface NewContent {
  readonly body: Buffer;
  readonly checksums: Record<string, string>;
  readonly ContentType?: string;
  readonly ContentEncoding?: string;
  readonly CacheControl?: string;
  readonly Metadata?: Record<string, string>;
}

/** KMS is asked first, so that nothing comes between looking at the conditions and writing. */
async function write(bucket: Bucket, input: any, content: NewContent, context: CallContext) {
  const encryption = chooseEncryption(input, bucket, context);
  await useKey('GenerateDataKey', encryption, objectArn(input), context);
  checkWriteConditions(input, bucket.current(input.Key));
  const version = bucket.put({
    key: input.Key,
    body: content.body,
    checksums: content.checksums,
    etag: etagOf(content.body, encryption),
    lastModified: wholeSecond(context.clock.now()),
    deleteMarker: false,
    contentType: content.ContentType,
    contentEncoding: content.ContentEncoding,
    cacheControl: content.CacheControl,
    metadata: content.Metadata ?? {},
    encryption,
  });
  return { ETag: version.etag, ...versionOf(version), ...encryptionOf(version), ...version.checksums };
}

function remove(bucket: Bucket, input: any, context: CallContext) {
  const { Key, VersionId } = input;
  if (input.IfMatch !== undefined) checkWriteConditions({ IfMatch: input.IfMatch }, bucket.current(Key));
  if (VersionId !== undefined) {
    const DeleteMarker = bucket.version(Key, VersionId)?.deleteMarker || undefined;
    bucket.remove(Key, VersionId);
    return { VersionId, DeleteMarker };
  }
  if (bucket.settings.versioning === undefined) {
    bucket.remove(Key, 'null');
    return {};
  }
  const marker = bucket.put({
    key: Key,
    body: Buffer.alloc(0),
    checksums: {},
    etag: '""',
    lastModified: wholeSecond(context.clock.now()),
    deleteMarker: true,
    metadata: {},
    encryption: { algorithm: 'AES256' },
  });
  return { DeleteMarker: true, VersionId: marker.versionId };
}

const describe = (version: ObjectVersion) => ({
  ETag: version.etag,
  ContentLength: version.body.length,
  ContentType: version.contentType ?? 'binary/octet-stream',
  ContentEncoding: version.contentEncoding,
  CacheControl: version.cacheControl,
  LastModified: version.lastModified,
  Metadata: version.metadata,
  AcceptRanges: 'bytes',
  ...versionOf(version),
  ...encryptionOf(version),
  ...version.checksums,
});

const versionOf = ({ versionId }: ObjectVersion) => (versionId === 'null' ? {} : { VersionId: versionId });

const encryptionOf = ({ encryption }: ObjectVersion) => ({
  ServerSideEncryption: encryption.algorithm,
  SSEKMSKeyId: encryption.kmsKeyId,
});

const bytes = (body: unknown): Buffer =>
  body === undefined
    ? Buffer.alloc(0)
    : typeof body === 'string'
      ? Buffer.from(body)
      : Buffer.from(body as Uint8Array);

/** HTTP dates carry no fractions. */
const wholeSecond = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000);

const definedKeys = (keys: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(keys).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

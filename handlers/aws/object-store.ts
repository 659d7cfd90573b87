import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type ListObjectsV2CommandOutput as Listed,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { s3Uri } from '../contract/contract';
import { ByodkimError } from '../errors/errors';
import { bucketRegion, httpStatus, isAwsError, nullOnAwsError } from './aws-error';

/** The place of an object; with `versionId` if the bucket keeps versions. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** An object without its body. */
export interface ObjectHead {
  readonly etag: string;
  readonly versionId?: string;
  readonly lastModified?: Date;
}

export interface StoredObject extends ObjectHead {
  readonly body: Uint8Array;
}

export interface PutOptions {
  /** Write only if the object still has this ETag. */
  readonly ifMatch?: string;
  /** Write only if the object does not exist. */
  readonly ifAbsent?: boolean;
  readonly contentType?: string;
  /** Encrypt with this KMS key instead of the bucket's default. */
  readonly kmsKeyArn?: string;
}

const headOf = ({ ETag, VersionId, LastModified }: HeadObjectCommandOutput): ObjectHead => ({
  etag: ETag ?? '',
  versionId: VersionId,
  lastModified: LastModified,
});

/** @throws ByodkimError DEPENDENCY_FAILED */
export function requireSize(place: ObjectPlace, bytes: number, mostBytes: number): void {
  if (bytes <= mostBytes) return;
  const resource = s3Uri(place);
  const problem = { kind: 'too-large', most: mostBytes, bytes } as const;
  throw new ByodkimError('DEPENDENCY_FAILED', { kind: 'object', resource, object: 'other', problem });
}

const ABSENT = ['NoSuchKey', 'NoSuchVersion', 'NoSuchBucket', 'NotFound'];

/** The S3 calls of this project. */
export interface ObjectStore {
  /**
   * Returns `null` if there is no such object, version or bucket.
   * @param mostBytes of its body. A writer to the bucket must not fill the function's memory.
   * @throws ByodkimError DEPENDENCY_FAILED if it is larger; its body was not read
   */
  get(place: ObjectPlace, mostBytes: number): Promise<StoredObject | null>;
  /** Returns `null` as `get` does. */
  head(place: ObjectPlace): Promise<ObjectHead | null>;
  /** Returns `null` if the condition failed, since another write came first. */
  put(place: ObjectPlace, body: string | Uint8Array, options?: PutOptions): Promise<ObjectHead | null>;
  /** Returns the keys below a prefix from all pages, at most `limit`. A missing bucket has none. */
  list(bucket: string, prefix: string, limit?: number): Promise<string[]>;
}

type S3 = Pick<S3Client, 'send'>;

/**
 * Makes the calls with a client. Errors are the SDK's, except those that the methods name. If S3 names another region, the
 * call goes there; the SDK's own `followRegionRedirects` would change the region of other calls for a moment.
 * @param elsewhere the client of a region. @default a bucket of another region is an error
 * @param owner the account of every bucket, since another account may have taken over a name that was given up. S3 answers 403
 * for any other account.
 */
export function objectStore(s3: S3, owner?: string, elsewhere?: (region: string) => S3): ObjectStore {
  const send = toBucketsRegion(s3, elsewhere);
  const placed = ({ bucket, key, versionId }: ObjectPlace) => ({
    ExpectedBucketOwner: owner,
    Bucket: bucket,
    Key: key,
    VersionId: versionId,
  });
  return {
    async get(place, mostBytes) {
      const answer = await nullIfAbsent(send(new GetObjectCommand(placed(place))));
      if (answer === null) return null;
      const body = answer.Body!;
      const bytes = answer.ContentLength ?? 0;
      if (bytes > mostBytes) (body as Readable).destroy();
      requireSize(place, bytes, mostBytes);
      return { ...headOf(answer), body: await body.transformToByteArray() };
    },
    async head(place) {
      const answer = await nullIfAbsent(send(new HeadObjectCommand(placed(place))));
      return answer && headOf(answer);
    },
    async put({ bucket, key }, body, options = {}) {
      const input = { ...placed({ bucket, key }), Body: body, ...conditionsOf(options) };
      try {
        const answer = await send(new PutObjectCommand(input));
        return { etag: answer.ETag ?? '', versionId: answer.VersionId };
      } catch (error) {
        if (isLostRace(error, options)) return null;
        throw error;
      }
    },
    async list(bucket, prefix, limit = Number.POSITIVE_INFINITY) {
      const keys: string[] = [];
      let token: string | undefined;
      do {
        const MaxKeys = Math.min(1000, limit - keys.length);
        const ours = { ExpectedBucketOwner: owner, Bucket: bucket, Prefix: prefix };
        const input = { ...ours, ContinuationToken: token, MaxKeys };
        const page: Listed | null = await nullIfAbsent(send(new ListObjectsV2Command(input)));
        keys.push(...(page?.Contents ?? []).map((object) => object.Key ?? ''));
        token = page?.NextContinuationToken;
      } while (token !== undefined && keys.length < limit);
      return keys;
    },
  };
}

/** Sends each call to the region of its bucket, and remembers the buckets of other regions. */
function toBucketsRegion(s3: S3, elsewhere?: (region: string) => S3): S3Client['send'] {
  const clients = new Map<string, S3>();
  return (async (command: HeadObjectCommand) => {
    const bucket = command.input.Bucket!;
    const known = clients.get(bucket);
    if (known) return known.send(command);
    try {
      return await s3.send(command);
    } catch (error) {
      const region = bucketRegion(error);
      if (region === undefined || elsewhere === undefined) throw error;
      const client = elsewhere(region);
      clients.set(bucket, client);
      return client.send(command);
    }
  }) as S3Client['send'];
}

const nullIfAbsent = <T>(answer: Promise<T>): Promise<T | null> => nullOnAwsError(answer, ...ABSENT);

const conditionsOf = ({ contentType, ifMatch, ifAbsent, kmsKeyArn }: PutOptions) => ({
  ContentType: contentType,
  IfMatch: ifMatch,
  IfNoneMatch: ifAbsent ? '*' : undefined,
  ServerSideEncryption: kmsKeyArn ? ('aws:kms' as const) : undefined,
  SSEKMSKeyId: kmsKeyArn || undefined,
});

/** Checks whether S3 refused a write because of another one. */
function isLostRace(error: unknown, { ifMatch }: PutOptions): boolean {
  // 412: the condition failed. 409: another conditional write is in progress. 404 with If-Match: the object is gone.
  if (isAwsError(error, 'PreconditionFailed', 'ConditionalRequestConflict')) return true;
  return Boolean(ifMatch) && httpStatus(error) === 404 && isAwsError(error, 'NoSuchKey');
}

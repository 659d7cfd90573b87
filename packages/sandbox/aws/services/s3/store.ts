import { createHash, randomBytes } from 'node:crypto';
import { AwsError, type PolicyDocument } from '../../../contract/service';

export interface ObjectVersion {
  readonly key: string;
  /** `null` in a bucket that was never versioned. */
  readonly versionId: string;
  readonly lastModified: Date;
  readonly deleteMarker: boolean;
  readonly body: Buffer;
  /** The ETag, including its quotes. */
  readonly etag: string;
  /** Content type, metadata and other members that are returned as they were given. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Returned only if the request asks for them. */
  readonly checksums?: Readonly<Record<string, string>>;
  readonly encryption: ObjectEncryption;
}

export interface ObjectEncryption {
  readonly ServerSideEncryption: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  /** ARN of a named key; absent for AWS's own. */
  readonly SSEKMSKeyId?: string;
}

/** Maps the name in the operations to settings that can be put, in the shapes of the SDK's `Put…` inputs. */
export interface BucketSettings {
  BucketPolicy?: string;
  BucketVersioning?: 'Enabled' | 'Suspended';
  BucketEncryption?: any;
  BucketLifecycleConfiguration?: any;
  PublicAccessBlock?: any;
  BucketOwnershipControls?: any;
  BucketTagging?: readonly { readonly Key: string; readonly Value: string }[];
}

export class Bucket {
  /** Since 2023, every new bucket blocks public access, and its owner owns all objects. */
  readonly settings: BucketSettings = {
    PublicAccessBlock: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  };
  /** Caches the parsed policy, which is evaluated at each call. */
  private parsed?: { readonly text: string; readonly policy: PolicyDocument };
  /** The versions of each key, oldest first. */
  private readonly history = new Map<string, ObjectVersion[]>();

  constructor(
    readonly name: string,
    readonly region: string,
    readonly createdAt: Date,
  ) {}

  get arn(): string {
    return `arn:aws:s3:::${this.name}`;
  }

  get policy(): PolicyDocument | undefined {
    const { BucketPolicy: text } = this.settings;
    if (text === undefined) return undefined;
    if (this.parsed?.text !== text) this.parsed = { text, policy: JSON.parse(text) };
    return this.parsed.policy;
  }

  /** Returns the current version; undefined if none exists or it is a delete marker. */
  current(key: string): ObjectVersion | undefined {
    const latest = this.history.get(key)?.at(-1);
    return latest?.deleteMarker ? undefined : latest;
  }

  version(key: string, versionId: string): ObjectVersion | undefined {
    return this.history.get(key)?.find((version) => version.versionId === versionId);
  }

  /** Returns the keys in the order in which S3 lists them: by UTF-8 bytes. */
  keys(): string[] {
    return [...this.history.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  /** Returns the versions of a key, newest first. */
  versions(key: string): readonly ObjectVersion[] {
    return [...(this.history.get(key) ?? [])].reverse();
  }

  isEmpty(): boolean {
    return this.history.size === 0;
  }

  /** Adds a version. Without versioning it replaces the earlier one. */
  put(version: Omit<ObjectVersion, 'versionId'>): ObjectVersion {
    const versionId = this.settings.BucketVersioning === 'Enabled' ? newVersionId() : 'null';
    const added: ObjectVersion = { ...version, versionId };
    const kept = (this.history.get(version.key) ?? []).filter((other) => other.versionId !== versionId);
    this.history.set(version.key, [...kept, added]);
    return added;
  }

  remove(key: string, versionId: string): void {
    const kept = (this.history.get(key) ?? []).filter((version) => version.versionId !== versionId);
    if (kept.length > 0) this.history.set(key, kept);
    else this.history.delete(key);
  }
}

const noSuchBucket = (name: string): AwsError =>
  new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });

/** Makes S3's answer for a bucket in another region: a header names the region, and the body the endpoint. */
const permanentRedirect = ({ name, region }: Bucket): AwsError =>
  new AwsError(
    'PermanentRedirect',
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    301,
    {
      Endpoint: `${name}.s3${region === 'us-east-1' ? '' : `-${region}`}.amazonaws.com`,
      Bucket: name,
      headers: { 'x-amz-bucket-region': region },
    },
  );

export class Store {
  readonly buckets = new Map<string, Bucket>();

  /** @throws NoSuchBucket */
  bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (!bucket) throw noSuchBucket(name);
    return bucket;
  }

  /** Returns the policy of a bucket, if it has one. @throws PermanentRedirect from another region, for any caller */
  policy(name: string, region: string | undefined): PolicyDocument | undefined {
    const bucket = this.buckets.get(name);
    if (bucket && region !== undefined && bucket.region !== region) throw permanentRedirect(bucket);
    return bucket?.policy;
  }
}

/** Returns the MD5 of the content, as clients expect. Under KMS the ETag is not a digest of the content. */
export function etagOf(body: Buffer, encryption: ObjectEncryption): string {
  const hash = createHash('md5').update(body);
  if (encryption.ServerSideEncryption !== 'AES256') hash.update(randomBytes(16));
  return `"${hash.digest('hex')}"`;
}

const newVersionId = (): string => randomBytes(24).toString('base64url');

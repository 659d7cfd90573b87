import { createHash } from 'node:crypto';
import {
  type ObjectPlace,
  type ObjectStore,
  type PutOptions,
  requireSize,
  type StoredObject,
} from '../../../handlers/aws/object-store';
import type { Clock } from '../../../handlers/clock';
import { awsFailure } from './aws-failure';
import type { Calls } from './calls';
import type { Invocation } from './invocation';

/** One version of an object, with the properties of its write. */
export interface Version extends StoredObject {
  readonly versionId: string;
  readonly lastModified: Date;
  readonly options: PutOptions;
}

/** S3: versioned buckets with conditional writes. */
export class Buckets {
  private readonly buckets: Map<string, Map<string, Version[]>>;
  /** Versions below a delete marker, which only their ids find. */
  private readonly kept: Map<string, Version[]>;
  private versions = 0;

  constructor(
    private readonly calls: Calls,
    private readonly now: () => number,
    beside?: Buckets,
  ) {
    this.buckets = beside?.buckets ?? new Map();
    this.kept = beside?.kept ?? new Map();
  }

  create(bucket: string): void {
    if (!this.buckets.has(bucket)) this.buckets.set(bucket, new Map());
  }

  /** The bucket and everything in it is gone. */
  removeBucket(bucket: string): void {
    this.buckets.delete(bucket);
  }

  /** The newest version; `undefined` when there is none. `s3://bucket/key` names it in messages. */
  object(bucket: string, key: string): Version | undefined {
    return this.buckets.get(bucket)?.get(key)?.at(-1);
  }

  /** The oldest first. */
  versionsOf(bucket: string, key: string): readonly Version[] {
    return this.buckets.get(bucket)?.get(key) ?? [];
  }

  text(bucket: string, key: string): string | undefined {
    const object = this.object(bucket, key);
    return object && Buffer.from(object.body).toString('utf8');
  }

  /** An object's contents, as JSON. */
  json<T = any>(bucket: string, key: string): T {
    const text = this.text(bucket, key);
    if (text === undefined) throw new Error(`there is no s3://${bucket}/${key}`);
    return JSON.parse(text) as T;
  }

  keys(bucket: string, prefix = ''): string[] {
    return [...(this.buckets.get(bucket)?.keys() ?? [])].filter((key) => key.startsWith(prefix)).sort();
  }

  /** Every version of every object: nothing secret may be in those that are not keys. */
  everything(bucket: string): { key: string; text: string }[] {
    return [...(this.buckets.get(bucket) ?? [])].flatMap(([key, versions]) =>
      versions.map(({ body }) => ({ key, text: Buffer.from(body).toString('utf8') })),
    );
  }

  /** Writes as a test does: unconditionally, unrecorded. */
  write(bucket: string, key: string, body: string | Uint8Array, options: PutOptions = {}): Version {
    this.create(bucket);
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    this.versions += 1;
    const version: Version = {
      body: bytes,
      etag: `"${createHash('md5').update(bytes).digest('hex')}"`,
      versionId: `v${this.versions}`,
      lastModified: new Date(Math.floor(this.now() / 1000) * 1000),
      options,
    };
    const objects = this.buckets.get(bucket)!;
    objects.set(key, [...(objects.get(key) ?? []), version]);
    return version;
  }

  /** Removes an object with all its versions. */
  remove(bucket: string, key: string): void {
    this.buckets.get(bucket)?.delete(key);
  }

  /** Deletes an object as S3 does: its versions stay. */
  deleteObject(bucket: string, key: string): void {
    this.kept.set(`${bucket}/${key}`, [...this.versionsOf(bucket, key)]);
    this.remove(bucket, key);
  }

  store(invocation: Invocation, clock: Clock): ObjectStore {
    const perform = <T>(action: string, place: string, effect: () => T): Promise<T> =>
      this.calls.perform(invocation, clock, { action, resource: `s3://${place}` }, effect);
    return {
      get: (place, mostBytes) =>
        perform('s3:GetObject', `${place.bucket}/${place.key}`, () => {
          const version = this.version(place);
          if (version === undefined) return null;
          const { body, etag, versionId, lastModified } = version;
          requireSize(place, body.byteLength, mostBytes);
          return { body, etag, versionId, lastModified };
        }),
      head: (place) =>
        perform('s3:HeadObject', `${place.bucket}/${place.key}`, () => {
          const version = this.version(place);
          if (version === undefined) return null;
          const { etag, versionId, lastModified } = version;
          return { etag, versionId, lastModified };
        }),
      put: ({ bucket, key }, body, options = {}) =>
        perform('s3:PutObject', `${bucket}/${key}`, () => {
          if (!this.buckets.has(bucket))
            throw awsFailure('NoSuchBucket', 'The specified bucket does not exist', 404);
          const there = this.object(bucket, key);
          if (options.ifAbsent && there !== undefined) return null;
          if (options.ifMatch !== undefined && there?.etag !== options.ifMatch) return null;
          const { etag, versionId } = this.write(bucket, key, body, options);
          return { etag, versionId };
        }),
      list: (bucket, prefix, limit = Number.POSITIVE_INFINITY) =>
        perform('s3:ListBucket', `${bucket}/${prefix}`, () => this.keys(bucket, prefix).slice(0, limit)),
    };
  }

  private version({ bucket, key, versionId }: ObjectPlace): Version | undefined {
    const versions = this.versionsOf(bucket, key);
    if (versionId === undefined) return versions.at(-1);
    const all = [...(this.kept.get(`${bucket}/${key}`) ?? []), ...versions];
    return all.find((version) => version.versionId === versionId);
  }
}

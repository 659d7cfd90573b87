import { sameValue, UNKNOWN } from '../protocol/values';
import type { ProviderContext, ResourceType, State } from '../resource';
import { computed, oneBlock, optional, optionalComputed, required, STRING_MAP } from '../schema/schema';
import { ARN, doing, given, ID, orGone, REGION } from './common';
import { TAGS } from './tags';

const string = optional('string');
const CONTENT = ['content', 'content_base64', 'source', 'source_hash', 'etag'];
const OBJECT = [
  ...CONTENT,
  'cache_control',
  'content_disposition',
  'content_encoding',
  'content_language',
  'content_type',
  'kms_key_id',
  'metadata',
  'server_side_encryption',
  'storage_class',
];
const changed = (prior: State, planned: State, names: readonly string[]): boolean =>
  names.some((name) => !sameValue(prior[name], planned[name]));

/** `aws_s3_object`. */
export const s3Object: ResourceType = {
  block: {
    attributes: {
      ...ID,
      ...ARN,
      ...REGION,
      ...TAGS,
      acl: string,
      bucket: required('string', { forceNew: true }),
      bucket_key_enabled: optionalComputed('bool'),
      cache_control: string,
      checksum_algorithm: string,
      checksum_crc32: computed('string'),
      checksum_crc32c: computed('string'),
      checksum_crc64nvme: computed('string'),
      checksum_sha1: computed('string'),
      checksum_sha256: computed('string'),
      content: string,
      content_base64: string,
      content_disposition: string,
      content_encoding: string,
      content_language: string,
      content_type: optionalComputed('string'),
      etag: optionalComputed('string'),
      force_destroy: optional('bool', { default: false }),
      key: required('string', { forceNew: true }),
      kms_key_id: optionalComputed('string'),
      metadata: optional(STRING_MAP),
      object_lock_legal_hold_status: string,
      object_lock_mode: string,
      object_lock_retain_until_date: string,
      server_side_encryption: optionalComputed('string'),
      source: string,
      source_hash: string,
      storage_class: optionalComputed('string'),
      version_id: computed('string'),
      website_redirect: string,
    },
    blocks: {
      override_provider: oneBlock({
        attributes: {},
        blocks: { default_tags: oneBlock({ tags: optional(STRING_MAP) }) },
      }),
    },
  },
  customizePlan:
    () =>
    ({ planned, prior, config }) => {
      if (!prior || !changed(prior, planned, OBJECT)) return;
      planned.version_id = UNKNOWN;
      if (config.etag === null) planned.etag = UNKNOWN;
    },
  create: async (context, planned) => {
    await put(context, planned);
    return { id: planned.key, etag: null };
  },
  read: async (context, state) => {
    const { bucket, key } = state;
    const head = await doing(
      `reading S3 Object (${key})`,
      orGone(context.call('s3', 'HeadObject', { Bucket: bucket, Key: key })),
    );
    return head && objectState(context, state, head);
  },
  update: async (context, prior, planned) => {
    if (changed(prior, planned, OBJECT)) await put(context, planned);
  },
  delete: async (context, state) => {
    const Bucket = state.bucket;
    const deleting = async () => {
      if (!state.version_id) return context.call('s3', 'DeleteObject', { Bucket, Key: state.key });
      const found = await context.call('s3', 'ListObjectVersions', { Bucket, Prefix: state.key });
      for (const { Key, VersionId } of [...(found.Versions ?? []), ...(found.DeleteMarkers ?? [])]) {
        if (Key === state.key) await context.call('s3', 'DeleteObject', { Bucket, Key, VersionId });
      }
    };
    await doing(`deleting S3 Object (${state.key})`, orGone(deleting()));
  },
  importState: (id) => {
    const [bucket, ...key] = id.replace(/^s3:\/\//, '').split('/');
    return { id: key.join('/'), bucket, key: key.join('/') };
  },
};

async function put(context: ProviderContext, planned: State): Promise<void> {
  const { bucket: Bucket, key: Key } = planned;
  await doing(
    `uploading S3 Object (${Key}) to Bucket (${Bucket})`,
    context.call('s3', 'PutObject', {
      Bucket,
      Key,
      Body: body(context, planned),
      ContentType: planned.content_type ?? 'application/octet-stream',
      ...given({
        CacheControl: planned.cache_control,
        ContentDisposition: planned.content_disposition,
        ContentEncoding: planned.content_encoding,
        ContentLanguage: planned.content_language,
        Metadata: planned.metadata,
        ServerSideEncryption: planned.kms_key_id ? 'aws:kms' : planned.server_side_encryption,
        SSEKMSKeyId: planned.kms_key_id,
        StorageClass: planned.storage_class,
        Tagging: new URLSearchParams(planned.tags_all ?? {}).toString(),
      }),
    }),
  );
}

function body(context: ProviderContext, planned: State): Buffer {
  if (planned.source !== null) return context.readFile(planned.source);
  if (planned.content_base64 !== null) return Buffer.from(planned.content_base64, 'base64');
  return Buffer.from(planned.content ?? '');
}

const objectState = ({ partition }: ProviderContext, state: State, head: any): State => ({
  ...state,
  arn: `arn:${partition}:s3:::${state.bucket}/${state.key}`,
  bucket_key_enabled: head.BucketKeyEnabled ?? false,
  content_type: head.ContentType,
  etag: String(head.ETag).replace(/"/g, ''),
  force_destroy: state.force_destroy ?? false,
  kms_key_id: head.SSEKMSKeyId ?? null,
  server_side_encryption: head.ServerSideEncryption ?? '',
  storage_class: head.StorageClass ?? 'STANDARD',
  tags_all: state.tags_all ?? {},
  version_id: head.VersionId ?? '',
});

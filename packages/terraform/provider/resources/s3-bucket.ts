import type { ProviderContext, ResourceType, State, Tags } from '../resource';
import { orGone, uniqueId } from './common';
import { simpleResource } from './simple-resource';
import { tagList, tagMap } from './tags';

/** `aws_s3_bucket`. The schema refuses its deprecated blocks, which have resources of their own. */
export const s3Bucket: ResourceType = {
  ...simpleResource({
    what: 'S3 Bucket',
    service: 's3',
    create: 'CreateBucket',
    read: 'HeadBucket',
    delete: 'DeleteBucket',
    identity: ({ bucket, bucket_prefix }) => {
      const name = bucket || `${bucket_prefix || 'terraform-'}${uniqueId()}`;
      return { id: name, bucket: name };
    },
    input: ({ id }, _isNew, { region }) => ({
      Bucket: id,
      ...(region !== 'us-east-1' && { CreateBucketConfiguration: { LocationConstraint: region } }),
    }),
    finish: (context, { id, tags_all }) => putTags(context, id, tags_all ?? {}),
    named: ({ id }) => ({ Bucket: id }),
    state: async ({ BucketRegion }, state, context) => ({
      ...names(context, state.id, BucketRegion),
      bucket: state.id,
      bucket_prefix: state.bucket_prefix ?? '',
      force_destroy: state.force_destroy ?? false,
      ...(await settingsOf(context, state.id)),
    }),
    tagging: {
      list: listTags,
      // All of them are put in one call.
      tag: (context, state) => putTags(context, state.id, state.tags_all ?? {}),
      untag: (context, state) => putTags(context, state.id, state.tags_all ?? {}),
    },
  }),
  // Nothing but its tags can be changed here.
  update: async () => {},
};

/** Reads all settings of a bucket, with one call each, one after another. */
async function settingsOf(context: ProviderContext, Bucket: string): Promise<State> {
  const setting = (name: string) => orGone(context.call('s3', `Get${name}`, { Bucket }));
  const policy = await setting('BucketPolicy');
  for (const name of ['BucketAcl', 'BucketCors', 'BucketWebsite', 'BucketVersioning']) await setting(name);
  const acceleration = await setting('BucketAccelerateConfiguration');
  const payment = await setting('BucketRequestPayment');
  for (const name of ['Logging', 'LifecycleConfiguration', 'Replication', 'Encryption'])
    await setting(`Bucket${name}`);
  const lock = await setting('ObjectLockConfiguration');
  return {
    acceleration_status: acceleration?.Status ?? '',
    object_lock_enabled: lock?.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled',
    policy: policy?.Policy ?? '',
    request_payer: payment?.Payer,
  };
}

const names = ({ partition, region }: ProviderContext, bucket: string, bucketRegion?: string): State => ({
  arn: `arn:${partition}:s3:::${bucket}`,
  bucket_domain_name: `${bucket}.s3.amazonaws.com`,
  bucket_region: bucketRegion ?? region,
  bucket_regional_domain_name: `${bucket}.s3.${bucketRegion ?? region}.amazonaws.com`,
  hosted_zone_id: 'Z2M4EHUR26P7ZW',
});

async function listTags(context: ProviderContext, { id }: State): Promise<Tags> {
  const tagging = await orGone(context.call('s3', 'GetBucketTagging', { Bucket: id }));
  return tagMap(tagging?.TagSet);
}

async function putTags(context: ProviderContext, Bucket: string, tags: Tags): Promise<void> {
  const TagSet = tagList(tags);
  if (TagSet.length > 0) await context.call('s3', 'PutBucketTagging', { Bucket, Tagging: { TagSet } });
  else await orGone(context.call('s3', 'DeleteBucketTagging', { Bucket }));
}

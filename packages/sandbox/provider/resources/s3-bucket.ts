import {
  AttributeError,
  afterCreate,
  type DataSource,
  type ProviderContext,
  type ResourceType,
  type State,
} from '../resource';
import { computed, required } from '../schema/schema';
import { ARN, DATA_REGION, doing, ID, orGone, tagList, tagMap, tagState, uniqueId } from './common';
import { S3_BUCKET } from './s3-bucket-schema';

/** Blocks and attributes that a resource of its own stands for. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  acl: 'aws_s3_bucket_acl',
  cors_rule: 'aws_s3_bucket_cors_configuration',
  grant: 'aws_s3_bucket_acl',
  lifecycle_rule: 'aws_s3_bucket_lifecycle_configuration',
  logging: 'aws_s3_bucket_logging',
  object_lock_configuration: 'aws_s3_bucket_object_lock_configuration',
  policy: 'aws_s3_bucket_policy',
  replication_configuration: 'aws_s3_bucket_replication_configuration',
  server_side_encryption_configuration: 'aws_s3_bucket_server_side_encryption_configuration',
  versioning: 'aws_s3_bucket_versioning',
  website: 'aws_s3_bucket_website_configuration',
};

/** `aws_s3_bucket`. Its deprecated blocks are refused: their own resources say the same. */
export const s3Bucket: ResourceType = {
  block: S3_BUCKET,
  validate: (config) => {
    for (const [name, resource] of Object.entries(ELSEWHERE)) {
      if (config[name]?.length > 0) throw new AttributeError(name, `${name} is deprecated: use ${resource}`);
    }
  },
  create: async (context, planned) => {
    const bucket = planned.bucket || `${planned.bucket_prefix || 'terraform-'}${uniqueId()}`;
    await doing(
      `creating S3 Bucket (${bucket})`,
      context.call('s3', 'CreateBucket', {
        Bucket: bucket,
        ...(context.region !== 'us-east-1' && {
          CreateBucketConfiguration: { LocationConstraint: context.region },
        }),
      }),
    );
    const created = { ...planned, id: bucket, bucket };
    return afterCreate(created, async () => {
      await putTags(context, created);
      return (await found(context, created))!;
    });
  },
  read: (context, state) => doing(`reading S3 Bucket (${state.id})`, found(context, state)),
  update: async (context, _prior, planned) => {
    await putTags(context, planned);
    return {};
  },
  delete: async (context, state) => {
    const deleting = async () => {
      if (state.force_destroy) await empty(context, state.id);
      await context.call('s3', 'DeleteBucket', { Bucket: state.id });
    };
    await doing(`deleting S3 Bucket (${state.id})`, orGone(deleting()));
  },
};

/** `data "aws_s3_bucket"`. */
export const s3BucketData: DataSource = {
  block: {
    attributes: {
      ...ID,
      ...ARN,
      ...DATA_REGION,
      bucket: required('string'),
      bucket_domain_name: computed('string'),
      bucket_region: computed('string'),
      bucket_regional_domain_name: computed('string'),
      hosted_zone_id: computed('string'),
      website_domain: computed('string'),
      website_endpoint: computed('string'),
    },
  },
  read: async (context, { bucket }) => {
    const head = await doing(
      `reading S3 Bucket (${bucket})`,
      context.call('s3', 'HeadBucket', { Bucket: bucket }),
    );
    return { id: bucket, region: context.region, ...names(context, bucket, head.BucketRegion) };
  },
};

async function found(context: ProviderContext, state: State): Promise<State | null> {
  const bucket = state.id;
  const head = await orGone(context.call('s3', 'HeadBucket', { Bucket: bucket }));
  if (!head) return null;
  const tagging = await orGone(context.call('s3', 'GetBucketTagging', { Bucket: bucket }));
  return {
    ...state,
    ...tagState(context, state, tagMap(tagging?.TagSet)),
    ...names(context, bucket, head.BucketRegion),
    bucket,
    bucket_prefix: state.bucket_prefix ?? '',
    force_destroy: state.force_destroy ?? false,
    acceleration_status: '',
    object_lock_enabled: false,
    policy: '',
    request_payer: 'BucketOwner',
  };
}

const names = ({ partition, region }: ProviderContext, bucket: string, bucketRegion?: string): State => ({
  arn: `arn:${partition}:s3:::${bucket}`,
  bucket_domain_name: `${bucket}.s3.amazonaws.com`,
  bucket_region: bucketRegion ?? region,
  bucket_regional_domain_name: `${bucket}.s3.${bucketRegion ?? region}.amazonaws.com`,
  hosted_zone_id: 'Z2M4EHUR26P7ZW',
});

async function putTags(context: ProviderContext, state: State): Promise<void> {
  const tags = tagList(state.tags_all);
  if (tags.length > 0) {
    await context.call('s3', 'PutBucketTagging', { Bucket: state.id, Tagging: { TagSet: tags } });
  } else await orGone(context.call('s3', 'DeleteBucketTagging', { Bucket: state.id }));
}

/** `force_destroy`: every version of every object, and every delete marker. */
async function empty(context: ProviderContext, Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await context.call('s3', 'ListObjectVersions', { Bucket });
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    await context.call('s3', 'DeleteObjects', { Bucket, Delete: { Objects, Quiet: true } });
  }
}

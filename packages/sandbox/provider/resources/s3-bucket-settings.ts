import { keepSpelling } from '../schema/spelling';
import { inputOf, stateOf } from './naming';
import { bucketSetting } from './s3-bucket-setting';

/** `aws_s3_bucket_policy`. */
export const s3BucketPolicy = bucketSetting({
  what: 'S3 Bucket Policy',
  operation: 'BucketPolicy',
  toInput: ({ policy }) => ({ Policy: policy }),
  toState: ({ Policy }, state) => ({ policy: keepSpelling(state.policy, Policy) }),
});

/** `aws_s3_bucket_versioning`. */
export const s3BucketVersioning = bucketSetting({
  what: 'S3 Bucket Versioning',
  operation: 'BucketVersioning',
  toInput: ({ versioning_configuration: [configuration = {}] }) => ({
    VersioningConfiguration: inputOf('s3', 'VersioningConfiguration', configuration),
  }),
  toState: (answer) =>
    answer.Status ? { versioning_configuration: [stateOf('s3', 'VersioningConfiguration', answer)] } : null,
  // Versioning cannot be taken back, only suspended.
  undo: (context, { bucket }) =>
    context.call('s3', 'PutBucketVersioning', {
      Bucket: bucket,
      VersioningConfiguration: { Status: 'Suspended' },
    }),
});

/** `aws_s3_bucket_server_side_encryption_configuration`. */
export const s3BucketEncryption = bucketSetting({
  what: 'S3 Bucket Server-side Encryption Configuration',
  operation: 'BucketEncryption',
  toInput: ({ rule }) => ({
    ServerSideEncryptionConfiguration: {
      Rules: (rule ?? []).map((item: any) => ({
        ...inputOf('s3', 'ServerSideEncryptionRule', { ...item, blocked_encryption_types: null }),
        BucketKeyEnabled: item.bucket_key_enabled ?? false,
        ...(item.blocked_encryption_types && {
          BlockedEncryptionTypes: { EncryptionType: item.blocked_encryption_types },
        }),
      })),
    },
  }),
  toState: ({ ServerSideEncryptionConfiguration }) => ({
    rule: ServerSideEncryptionConfiguration.Rules.map((rule: any) => ({
      ...stateOf('s3', 'ServerSideEncryptionRule', rule),
      bucket_key_enabled: rule.BucketKeyEnabled ?? false,
      // Optional and not computed in the provider that is pinned: what is unsaid is drift.
      blocked_encryption_types: rule.BlockedEncryptionTypes?.EncryptionType ?? null,
    })),
  }),
});

/** `aws_s3_bucket_lifecycle_configuration`. */
export const s3BucketLifecycle = bucketSetting({
  what: 'S3 Bucket Lifecycle Configuration',
  operation: 'BucketLifecycleConfiguration',
  deletion: 'DeleteBucketLifecycle',
  toInput: ({ rule }) => ({
    LifecycleConfiguration: { Rules: (rule ?? []).map((each: any) => inputOf('s3', 'LifecycleRule', each)) },
  }),
  toState: ({ Rules }) => ({ rule: Rules.map((each: any) => stateOf('s3', 'LifecycleRule', each)) }),
});

/** `aws_s3_bucket_public_access_block`. */
export const s3BucketPublicAccessBlock = bucketSetting({
  what: 'S3 Bucket Public Access Block',
  operation: 'PublicAccessBlock',
  toInput: (state) => ({
    PublicAccessBlockConfiguration: inputOf('s3', 'PublicAccessBlockConfiguration', state),
  }),
  toState: (answer) => stateOf('s3', 'PublicAccessBlockConfiguration', answer.PublicAccessBlockConfiguration),
});

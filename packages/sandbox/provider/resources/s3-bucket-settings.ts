import { keepSpelling } from '../schema/spelling';
import { given } from './common';
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
  toInput: ({ versioning_configuration: [configuration] }) => ({
    VersioningConfiguration: given({ Status: configuration?.status, MFADelete: configuration?.mfa_delete }),
  }),
  toState: ({ Status, MFADelete }) =>
    Status ? { versioning_configuration: [{ status: Status, mfa_delete: MFADelete ?? null }] } : null,
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
        BucketKeyEnabled: item.bucket_key_enabled ?? false,
        ...(item.blocked_encryption_types && {
          BlockedEncryptionTypes: { EncryptionType: item.blocked_encryption_types },
        }),
        ...given({
          ApplyServerSideEncryptionByDefault:
            item.apply_server_side_encryption_by_default?.[0] &&
            given({
              SSEAlgorithm: item.apply_server_side_encryption_by_default[0].sse_algorithm,
              KMSMasterKeyID: item.apply_server_side_encryption_by_default[0].kms_master_key_id,
            }),
        }),
      })),
    },
  }),
  toState: ({ ServerSideEncryptionConfiguration }) => ({
    rule: ServerSideEncryptionConfiguration.Rules.map((rule: any) => ({
      bucket_key_enabled: rule.BucketKeyEnabled ?? false,
      // Optional and not computed in the provider that is pinned: what is unsaid is drift.
      blocked_encryption_types: rule.BlockedEncryptionTypes?.EncryptionType ?? null,
      apply_server_side_encryption_by_default: rule.ApplyServerSideEncryptionByDefault
        ? [
            {
              sse_algorithm: rule.ApplyServerSideEncryptionByDefault.SSEAlgorithm,
              kms_master_key_id: rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID,
            },
          ]
        : [],
    })),
  }),
});

/** `aws_s3_bucket_public_access_block`. */
export const s3BucketPublicAccessBlock = bucketSetting({
  what: 'S3 Bucket Public Access Block',
  operation: 'PublicAccessBlock',
  toInput: (state) => ({
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: state.block_public_acls ?? false,
      BlockPublicPolicy: state.block_public_policy ?? false,
      IgnorePublicAcls: state.ignore_public_acls ?? false,
      RestrictPublicBuckets: state.restrict_public_buckets ?? false,
    },
  }),
  toState: ({ PublicAccessBlockConfiguration: it }) => ({
    block_public_acls: it.BlockPublicAcls,
    block_public_policy: it.BlockPublicPolicy,
    ignore_public_acls: it.IgnorePublicAcls,
    restrict_public_buckets: it.RestrictPublicBuckets,
  }),
  undo: async (context, { bucket, skip_destroy: keep }) =>
    keep ? undefined : context.call('s3', 'DeletePublicAccessBlock', { Bucket: bucket }),
});

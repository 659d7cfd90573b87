import { isDeepStrictEqual } from 'node:util';
import type { ProviderContext, ResourceType, State } from '../resource';
import { keepSpelling } from '../schema/spelling';
import { doing, orGone } from './common';
import { inputOf, stateOf } from './naming';
import { simpleResource } from './simple-resource';

export interface BucketSetting {
  /** Its name in errors. */
  readonly what: string;
  /** The part of the name that S3's `Put…`, `Get…` and `Delete…` share. */
  readonly operation: string;
  /** The deletion's name, if it differs. */
  readonly deletion?: string;
  /** Returns the setting in the form of the operation's input, without the bucket. */
  toInput(state: State): object;
  /** Reads the answer of `Get…`, without the bucket's name; null if the setting does not exist. */
  toState(output: any, state: State): State | null;
  /** Reverts the setting if S3 has no way to delete it. */
  readonly undo?: (context: ProviderContext, state: State) => Promise<unknown>;
}

/** Makes a resource that is one setting of a bucket, which is put, read and deleted as a whole. */
export function bucketSetting({ what, operation, deletion, undo, ...own }: BucketSetting): ResourceType {
  const setting = simpleResource({
    what,
    service: 's3',
    put: `Put${operation}`,
    read: `Get${operation}`,
    delete: deletion ?? `Delete${operation}`,
    identity: ({ bucket }) => ({ id: bucket }),
    input: (planned) => ({ Bucket: planned.bucket, ...own.toInput(planned) }),
    named: ({ id }) => ({ Bucket: id.split(',')[0] }),
    state: (answer, state) => {
      const read = own.toState(answer, state);
      if (!read) return null;
      const remote = { ...state, bucket: state.id.split(',')[0], ...read };
      // An equivalent value keeps the state's own form, so that it does not appear as drift.
      const same = state.bucket && isDeepStrictEqual(normal(own.toInput(state)), normal(own.toInput(remote)));
      return same ? state : remote;
    },
  });
  if (!undo) return setting;
  return {
    ...setting,
    delete: async (context, state) => {
      await doing(`deleting ${what} (${state.bucket})`, orGone(undo(context, state)));
    },
  };
}

/** Returns the input as JSON represents it, without members that are undefined. */
const normal = (input: object): unknown => JSON.parse(JSON.stringify(input));

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
  // Versioning cannot be removed, only suspended.
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
      // This is optional and not computed in the pinned provider, so a value outside the configuration is drift.
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

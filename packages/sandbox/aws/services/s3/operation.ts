import { AwsError, type CallContext, type Operation } from '../../../contract/service';
import type { Bucket, Store } from './store';

export const bucketArn = (input: { readonly Bucket: string }): string => `arn:aws:s3:::${input.Bucket}`;

export const objectArn = (input: { readonly Bucket: string; readonly Key: string }): string =>
  `${bucketArn(input)}/${input.Key}`;

export const invalidArgument = (message: string, ArgumentName: string, ArgumentValue?: unknown): AwsError =>
  new AwsError('InvalidArgument', message, 400, {
    ArgumentName,
    ...(ArgumentValue !== undefined && { ArgumentValue }),
  });

/** Returns the condition keys that have a value. */
export const definedKeys = (keys: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );

/** Describes the specific parts of an S3 operation. All operations check the bucket's policy. */
export interface S3OperationParts {
  readonly action: Operation['action'];
  readonly on: 'bucket' | 'object';
  readonly conditionKeys?: Operation['conditionKeys'];
  /**
   * Whether it is answered in a region other than the bucket's.
   * @default false
   */
  readonly fromAnyRegion?: boolean;
  /** Finds the bucket, which must exist and be in this region. */
  run(bucket: Bucket, input: any, context: CallContext): unknown;
}

export const s3Operation = (store: Store, parts: S3OperationParts): Operation => ({
  action: parts.action,
  resource: parts.on === 'bucket' ? bucketArn : objectArn,
  conditionKeys: parts.conditionKeys,
  resourcePolicy: (input, { principal, region }) => {
    const policy = store.policy(input.Bucket, parts.fromAnyRegion ? undefined : region);
    // The account's owner can always repair a policy that locks everyone out.
    const isFixing = principal.type === 'admin' && /BucketPolicy$/.test(String(parts.action));
    return isFixing ? undefined : policy;
  },
  run: (input, context) => {
    const bucket = store.bucket(input.Bucket);
    if (input.ExpectedBucketOwner !== undefined && input.ExpectedBucketOwner !== context.accountId) {
      throw new AwsError('AccessDenied', 'Access Denied', 403);
    }
    return parts.run(bucket, input, context);
  },
});

import type { SandboxCore } from '../../../contract/core';
import { AwsError, type Operation } from '../../../contract/service';
import { isRegion } from '../../../wire/regions';
import { bucketArn, invalidArgument, s3Operation } from './operation';
import { settingOperations } from './settings';
import { Bucket, type Store } from './store';

/**
 * Returns whether S3 accepts a name: it is not an IP address, and has none of the prefixes and suffixes that S3
 * reserves.
 */
const isBucketName = (name: string): boolean =>
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
  !/\.\.|^\d+\.\d+\.\d+\.\d+$|^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(
    name,
  );

/** Makes the operations that create, find and remove buckets. */
export function bucketOperations(store: Store, core: SandboxCore): Record<string, Operation> {
  return {
    CreateBucket: {
      action: 's3:CreateBucket',
      resource: bucketArn,
      run: (input, context) => {
        const { Bucket: BucketName, CreateBucketConfiguration: { LocationConstraint } = {} as any } = input;
        const existing = store.buckets.get(BucketName);
        const regions = [existing?.region, context.region, LocationConstraint ?? US_EAST_1];
        // Only in us-east-1, creating a bucket that the caller owns already succeeds and leaves the bucket as it is.
        if (regions.every((region) => region === US_EAST_1))
          return { Location: `/${BucketName}`, BucketArn: bucketArn(input) };
        if (existing) {
          const message =
            'Your previous request to create the named bucket succeeded and you already own it.';
          throw new AwsError('BucketAlreadyOwnedByYou', message, 409, { BucketName });
        }
        if (!isBucketName(BucketName))
          throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName });
        const region = locationOf(LocationConstraint, context.region);
        const bucket = new Bucket(BucketName, region, new Date(context.clock.now()));
        bucket.settings.BucketOwnershipControls = {
          Rules: [{ ObjectOwnership: input.ObjectOwnership ?? 'BucketOwnerEnforced' }],
        };
        store.buckets.set(input.Bucket, bucket);
        const Location =
          region === US_EAST_1 ? `/${input.Bucket}` : `http://${input.Bucket}.s3.amazonaws.com/`;
        return { Location, BucketArn: bucketArn(input) };
      },
    },
    DeleteBucket: s3Operation(store, {
      action: 's3:DeleteBucket',
      on: 'bucket',
      run: (bucket) => {
        if (!bucket.isEmpty()) {
          const detail = { BucketName: bucket.name };
          throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409, detail);
        }
        store.buckets.delete(bucket.name);
      },
    }),
    HeadBucket: s3Operation(store, {
      action: 's3:ListBucket',
      on: 'bucket',
      run: (bucket) => ({ BucketRegion: bucket.region, BucketArn: bucket.arn }),
    }),
    GetBucketLocation: s3Operation(store, {
      action: 's3:GetBucketLocation',
      on: 'bucket',
      fromAnyRegion: true,
      // us-east-1 is answered as an absent location.
      run: ({ region }) => ({ LocationConstraint: region === US_EAST_1 ? undefined : region }),
    }),
    ListBuckets: {
      action: 's3:ListAllMyBuckets',
      resource: () => '*',
      run: ({ BucketRegion: asked, Prefix = '' }, { accountId }) => {
        if (asked !== undefined && !isRegion(asked))
          throw invalidArgument(`Argument value ${asked} is not a valid AWS Region`, 'bucket-region');
        const Buckets = [...store.buckets.values()]
          .filter(({ name, region }) => name.startsWith(Prefix) && (asked ?? region) === region)
          .map(({ name, createdAt, region }) => ({
            Name: name,
            CreationDate: createdAt,
            BucketRegion: region,
          }));
        return { Buckets, Owner: { ID: accountId } };
      },
    },
    ...settingOperations(store, core),
  };
}

const US_EAST_1 = 'us-east-1';

/**
 * Returns the region of a new bucket: the region of the endpoint. Every region except us-east-1 must be named in the
 * request.
 */
function locationOf(constraint: string | undefined, region: string): string {
  if (constraint === US_EAST_1 || (constraint === undefined && region === US_EAST_1)) {
    if (constraint === undefined) return US_EAST_1;
    throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid', 400, {
      LocationConstraint: constraint,
    });
  }
  if (constraint === region || (region === US_EAST_1 && constraint !== undefined)) return constraint;
  throw new AwsError(
    'IllegalLocationConstraintException',
    `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}

import { AwsError, type Operation } from '../../service';
import { bucketArn, s3Operation } from './operation';
import { Bucket, type BucketSettings, type Store } from './store';

/** Making, finding and removing buckets. */
export function bucketOperations(store: Store): Record<string, Operation> {
  return {
    CreateBucket: {
      action: 's3:CreateBucket',
      resource: bucketArn,
      run: (input, context) => {
        const existing = store.buckets.get(input.Bucket);
        if (existing) {
          const message =
            'Your previous request to create the named bucket succeeded and you already own it.';
          throw new AwsError('BucketAlreadyOwnedByYou', message, 409);
        }
        if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(input.Bucket)) {
          throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400);
        }
        const region = input.CreateBucketConfiguration?.LocationConstraint ?? context.region;
        store.buckets.set(input.Bucket, new Bucket(input.Bucket, region, new Date(context.clock.now())));
        return { Location: `/${input.Bucket}`, BucketArn: bucketArn(input) };
      },
    },
    DeleteBucket: s3Operation(store, {
      action: 's3:DeleteBucket',
      on: 'bucket',
      run: (bucket) => {
        if (!bucket.isEmpty()) {
          throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
        }
        store.buckets.delete(bucket.name);
      },
    }),
    HeadBucket: s3Operation(store, {
      action: 's3:ListBucket',
      on: 'bucket',
      run: (bucket) => ({ BucketRegion: bucket.region, BucketArn: bucket.arn }),
    }),
    GetBucketLocation: {
      action: 's3:GetBucketLocation',
      resource: bucketArn,
      run: (input) => {
        const bucket = store.buckets.get(input.Bucket);
        if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
        return { LocationConstraint: bucket.region };
      },
    },
    ListBuckets: {
      action: 's3:ListAllMyBuckets',
      resource: () => '*',
      run: (_input, { accountId }) => ({
        Buckets: [...store.buckets.values()].map(({ name, createdAt, region }) => ({
          Name: name,
          CreationDate: createdAt,
          BucketRegion: region,
        })),
        Owner: { ID: accountId },
      }),
    },
    ...settingOperations(store),
  };
}

interface Setting {
  readonly name: string;
  readonly key: keyof BucketSettings;
  /** IAM's name, where it differs from the operation's: `s3:Put…`, `s3:Get…`. */
  readonly action: string;
  readonly missing?: string;
  readonly fromInput: (input: any) => any;
  readonly toOutput: (value: any) => any;
  readonly deletable: boolean;
}

const member = (name: string): Pick<Setting, 'fromInput' | 'toOutput'> => ({
  fromInput: (input) => input[name],
  toOutput: (value) => ({ [name]: value }),
});

/** Settings that are kept as they were put: name, IAM action, error when there is none, member of the shapes. */
const SETTINGS: readonly Setting[] = [
  {
    name: 'BucketPolicy',
    key: 'policy',
    action: 'BucketPolicy',
    missing: 'NoSuchBucketPolicy',
    fromInput: (input) => checkedPolicy(input.Policy),
    toOutput: (Policy) => ({ Policy }),
    deletable: true,
  },
  {
    name: 'BucketVersioning',
    key: 'versioning',
    action: 'BucketVersioning',
    fromInput: (input) => input.VersioningConfiguration.Status,
    toOutput: (Status) => (Status === undefined ? {} : { Status }),
    deletable: false,
  },
  {
    name: 'BucketEncryption',
    key: 'encryption',
    action: 'EncryptionConfiguration',
    fromInput: (input) => ({
      Rules: input.ServerSideEncryptionConfiguration.Rules.map((rule: any) => ({
        ...SSE_C_BLOCKED,
        ...rule,
      })),
    }),
    // Every bucket is encrypted since 2023.
    toOutput: (value) => ({ ServerSideEncryptionConfiguration: value ?? DEFAULT_ENCRYPTION }),
    deletable: true,
  },
  {
    name: 'PublicAccessBlock',
    key: 'publicAccessBlock',
    action: 'BucketPublicAccessBlock',
    missing: 'NoSuchPublicAccessBlockConfiguration',
    ...member('PublicAccessBlockConfiguration'),
    deletable: true,
  },
  {
    name: 'BucketOwnershipControls',
    key: 'ownershipControls',
    action: 'BucketOwnershipControls',
    missing: 'OwnershipControlsNotFoundError',
    ...member('OwnershipControls'),
    deletable: true,
  },
  {
    name: 'BucketLifecycleConfiguration',
    key: 'lifecycle',
    action: 'LifecycleConfiguration',
    missing: 'NoSuchLifecycleConfiguration',
    fromInput: (input) => input.LifecycleConfiguration,
    toOutput: (value) => value,
    deletable: true,
  },
  {
    name: 'BucketTagging',
    key: 'tags',
    action: 'BucketTagging',
    missing: 'NoSuchTagSet',
    fromInput: (input) => input.Tagging.TagSet,
    toOutput: (TagSet) => ({ TagSet }),
    deletable: true,
  },
];

/** Since April 2026, unless it is said otherwise. */
const SSE_C_BLOCKED = { BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] } };

const DEFAULT_ENCRYPTION = {
  Rules: [
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
      BucketKeyEnabled: false,
      ...SSE_C_BLOCKED,
    },
  ],
};

function settingOperations(store: Store): Record<string, Operation> {
  const operations: Record<string, Operation> = {};
  for (const { name, key, action, missing, fromInput, toOutput, deletable } of SETTINGS) {
    operations[`Put${name}`] = s3Operation(store, {
      action: `s3:Put${action}`,
      on: 'bucket',
      run: ({ settings }, input) => void Object.assign(settings, { [key]: fromInput(input) }),
    });
    operations[`Get${name}`] = s3Operation(store, {
      action: `s3:Get${action}`,
      on: 'bucket',
      run: ({ settings }) => {
        if (settings[key] === undefined && missing) {
          throw new AwsError(missing, `The ${name} configuration was not found`, 404);
        }
        return toOutput(settings[key]);
      },
    });
    if (!deletable) continue;
    operations[`Delete${name === 'BucketLifecycleConfiguration' ? 'BucketLifecycle' : name}`] = s3Operation(
      store,
      {
        // Deleting asks for the permission to put, save for the policy.
        action: name === 'BucketPolicy' ? 's3:DeleteBucketPolicy' : `s3:Put${action}`,
        on: 'bucket',
        run: ({ settings }) => void delete settings[key],
      },
    );
  }
  return operations;
}

function checkedPolicy(policy: string): string {
  try {
    if (!JSON.parse(policy).Statement) throw new Error('Missing required field Statement');
  } catch (error) {
    throw new AwsError('MalformedPolicy', `Policies must be valid JSON: ${(error as Error).message}`, 400);
  }
  return policy;
}

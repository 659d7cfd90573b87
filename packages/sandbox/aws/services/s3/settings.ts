import type { SandboxCore } from '../../core';
import { AwsError, type CallContext, type Operation } from '../../service';
import { checkedBucketPolicy } from './bucket-policy';
import { s3Operation } from './operation';
import type { BucketSettings, Store } from './store';

interface Setting {
  readonly name: string;
  readonly key: keyof BucketSettings;
  /** IAM's name, where it differs from the operation's: `s3:Put…`, `s3:Get…`. */
  readonly action: string;
  /** Code and message where it was never put. */
  readonly missing?: readonly [code: string, message: string];
  readonly fromInput?: (input: any, settings: BucketSettings, core: SandboxCore) => any;
  readonly toOutput: (value: any, context: CallContext) => any;
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
    missing: ['NoSuchBucketPolicy', 'The bucket policy does not exist'],
    fromInput: ({ Bucket, Policy }, { publicAccessBlock }, { roleExists }) =>
      checkedBucketPolicy(Policy, { bucket: Bucket, publicAccessBlock, roleExists }),
    toOutput: (Policy) => ({ Policy }),
    deletable: true,
  },
  {
    name: 'BucketVersioning',
    key: 'versioning',
    action: 'BucketVersioning',
    fromInput: ({ VersioningConfiguration: { Status } }) => {
      if (Status !== undefined) return Status;
      const message = 'The Versioning element must be specified';
      throw new AwsError('IllegalVersioningConfigurationException', message, 400);
    },
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
        ...checkedEncryption(rule),
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
    missing: ['NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'],
    ...member('PublicAccessBlockConfiguration'),
    deletable: true,
  },
  {
    name: 'BucketOwnershipControls',
    key: 'ownershipControls',
    action: 'BucketOwnershipControls',
    missing: ['OwnershipControlsNotFoundError', 'The bucket ownership controls were not found'],
    fromInput: ({ OwnershipControls }) => {
      if (OwnershipControls.Rules.length !== 1) throw malformedXml();
      return OwnershipControls;
    },
    toOutput: (OwnershipControls) => ({ OwnershipControls }),
    deletable: true,
  },
  {
    name: 'BucketLifecycleConfiguration',
    key: 'lifecycle',
    action: 'LifecycleConfiguration',
    missing: ['NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'],
    fromInput: ({ LifecycleConfiguration }) => {
      if (LifecycleConfiguration.Rules.length === 0) throw malformedXml();
      return LifecycleConfiguration;
    },
    toOutput: (value) => value,
    deletable: true,
  },
  {
    name: 'BucketTagging',
    key: 'tags',
    action: 'BucketTagging',
    missing: ['NoSuchTagSet', 'The TagSet does not exist'],
    fromInput: (input) => checkedTags(input.Tagging.TagSet),
    toOutput: (TagSet) => ({ TagSet }),
    deletable: true,
  },
  {
    name: 'BucketCors',
    key: 'cors',
    action: 'BucketCORS',
    missing: ['NoSuchCORSConfiguration', 'The CORS configuration does not exist'],
    fromInput: (input) => input.CORSConfiguration,
    toOutput: (value) => value,
    deletable: true,
  },
  {
    name: 'BucketWebsite',
    key: 'website',
    action: 'BucketWebsite',
    missing: ['NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'],
    fromInput: (input) => input.WebsiteConfiguration,
    toOutput: (value) => value,
    deletable: true,
  },
  {
    name: 'BucketAccelerateConfiguration',
    key: 'accelerate',
    action: 'AccelerateConfiguration',
    fromInput: (input) => input.AccelerateConfiguration,
    toOutput: (value) => value ?? {},
    deletable: false,
  },
  {
    name: 'BucketRequestPayment',
    key: 'requestPayment',
    action: 'BucketRequestPayment',
    fromInput: (input) => input.RequestPaymentConfiguration,
    toOutput: (value) => value ?? { Payer: 'BucketOwner' },
    deletable: false,
  },
  // What no client of ours sets, and the provider reads of every bucket.
  {
    name: 'BucketLogging',
    key: 'logging',
    action: 'BucketLogging',
    toOutput: () => ({}),
    deletable: false,
  },
  {
    name: 'BucketReplication',
    key: 'replication',
    action: 'ReplicationConfiguration',
    missing: ['ReplicationConfigurationNotFoundError', 'The replication configuration was not found'],
    toOutput: (value) => value,
    deletable: true,
  },
  {
    name: 'ObjectLockConfiguration',
    key: 'objectLock',
    action: 'BucketObjectLockConfiguration',
    missing: [
      'ObjectLockConfigurationNotFoundError',
      'Object Lock configuration does not exist for this bucket',
    ],
    toOutput: (value) => value,
    deletable: false,
  },
  {
    name: 'BucketAcl',
    key: 'acl',
    action: 'BucketAcl',
    toOutput: (_value, { accountId }) => ({
      Owner: { ID: accountId },
      Grants: [{ Grantee: { ID: accountId, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }],
    }),
    deletable: false,
  },
];

/** @throws AwsError InvalidArgument for a key of KMS where KMS does not encrypt */
function checkedEncryption(rule: any): any {
  const { SSEAlgorithm, KMSMasterKeyID } = rule.ApplyServerSideEncryptionByDefault ?? {};
  if (SSEAlgorithm !== 'AES256' || KMSMasterKeyID === undefined) return rule;
  throw new AwsError(
    'InvalidArgument',
    'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
    400,
    { ArgumentName: 'ApplyServerSideEncryptionByDefault' },
  );
}

/** @throws AwsError InvalidTag */
function checkedTags(tags: readonly { readonly Key: string; readonly Value: string }[]) {
  const invalid = (message: string, detail: object) =>
    new AwsError('InvalidTag', message, 400, { ...detail });
  if (tags.length > 50) throw new AwsError('BadRequest', 'Bucket tag count cannot be greater than 50', 400);
  const seen = new Set<string>();
  for (const { Key: TagKey, Value: TagValue } of tags) {
    if (seen.has(TagKey)) throw invalid('Cannot provide multiple Tags with the same key', { TagKey });
    seen.add(TagKey);
    if (TagKey.startsWith('aws:'))
      throw invalid('System tags cannot be added/updated by requester', { TagKey });
    if (!TAG_TEXT.test(TagKey)) throw invalid('The TagKey you have provided is invalid', { TagKey });
    if (!TAG_TEXT.test(TagValue))
      throw invalid('The TagValue you have provided is invalid', { TagKey, TagValue });
  }
  return tags.length === 0 ? undefined : tags;
}

/** What a tag may be written with. */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export const malformedXml = (): AwsError =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
    400,
  );

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

/** What can be set on a bucket, read and, for the most part, deleted. */
export function settingOperations(store: Store, core: SandboxCore): Record<string, Operation> {
  const operations: Record<string, Operation> = {};
  for (const { name, key, action, missing, fromInput, toOutput, deletable } of SETTINGS) {
    if (fromInput) {
      operations[`Put${name}`] = s3Operation(store, {
        action: `s3:Put${action}`,
        on: 'bucket',
        run: ({ settings }, input) =>
          void Object.assign(settings, { [key]: fromInput(input, settings, core) }),
      });
    }
    operations[`Get${name}`] = s3Operation(store, {
      action: `s3:Get${action}`,
      on: 'bucket',
      run: ({ name: BucketName, settings }, _input, context) => {
        if (settings[key] === undefined && missing) throw new AwsError(...missing, 404, { BucketName });
        return toOutput(settings[key], context);
      },
    });
    if (!deletable) continue;
    operations[`Delete${name === 'BucketLifecycleConfiguration' ? 'BucketLifecycle' : name}`] = s3Operation(
      store,
      {
        // Deleting asks for the permission to put, save for these.
        action: OWN_DELETE.has(name) ? `s3:Delete${action}` : `s3:Put${action}`,
        on: 'bucket',
        run: ({ settings }) => void delete settings[key],
      },
    );
  }
  return operations;
}

const OWN_DELETE = new Set(['BucketPolicy', 'BucketWebsite']);

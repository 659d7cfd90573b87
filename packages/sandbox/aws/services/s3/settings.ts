import type { SandboxCore } from '../../../contract/core';
import { AwsError, type CallContext, type Operation } from '../../../contract/service';
import { malformedXml } from '../../../wire/refusals';
import { checkedBucketPolicy } from './bucket-policy';
import { invalidArgument, type S3OperationParts, s3Operation } from './operation';
import type { BucketSettings, Store } from './store';

interface Setting {
  /**
   * IAM's name for `s3:Put…` and `s3:Get…`.
   * @default the name in the operations
   */
  readonly action?: string;
  /** Code and message if the setting was never put. */
  readonly missing?: readonly [code: string, message: string];
  /**
   * Selects the part of the input that is kept. Absent: no client here sets it, and the provider reads it of every
   * bucket.
   */
  readonly put?: (input: any, settings: BucketSettings, core: SandboxCore) => any;
  /**
   * Formats the answer.
   * @default the stored value
   */
  readonly get?: (value: any, context: CallContext) => any;
  /** The operation that deletes the setting, and its action if that differs from the Put's. */
  readonly deletedBy?: readonly [operation: string, action?: string];
}

/** Maps the name in the operations to the setting of a bucket. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  BucketPolicy: {
    missing: ['NoSuchBucketPolicy', 'The bucket policy does not exist'],
    put: ({ Bucket, Policy }, { PublicAccessBlock }, { roleExists }) =>
      checkedBucketPolicy(Policy, { bucket: Bucket, publicAccessBlock: PublicAccessBlock, roleExists }),
    get: (Policy) => ({ Policy }),
    deletedBy: ['DeleteBucketPolicy', 's3:DeleteBucketPolicy'],
  },
  BucketVersioning: {
    put: ({ VersioningConfiguration: { Status } }) => {
      if (Status !== undefined) return Status;
      const message = 'The Versioning element must be specified';
      throw new AwsError('IllegalVersioningConfigurationException', message);
    },
    get: (Status) => (Status === undefined ? {} : { Status }),
  },
  BucketEncryption: {
    action: 'EncryptionConfiguration',
    put: ({ ServerSideEncryptionConfiguration: { Rules } }) => ({
      Rules: [{ ...SSE_C_BLOCKED, ...checkedEncryption(Rules) }],
    }),
    // Every bucket has been encrypted since 2023.
    get: (value) => ({ ServerSideEncryptionConfiguration: value ?? DEFAULT_ENCRYPTION }),
    deletedBy: ['DeleteBucketEncryption'],
  },
  PublicAccessBlock: {
    action: 'BucketPublicAccessBlock',
    missing: ['NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'],
    put: (input) => input.PublicAccessBlockConfiguration,
    get: (value) => ({ PublicAccessBlockConfiguration: value }),
    deletedBy: ['DeletePublicAccessBlock'],
  },
  BucketOwnershipControls: {
    missing: ['OwnershipControlsNotFoundError', 'The bucket ownership controls were not found'],
    get: (OwnershipControls) => ({ OwnershipControls }),
    deletedBy: ['DeleteBucketOwnershipControls'],
  },
  BucketLifecycleConfiguration: {
    action: 'LifecycleConfiguration',
    missing: ['NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'],
    put: ({ LifecycleConfiguration, TransitionDefaultMinimumObjectSize = 'all_storage_classes_128K' }) => ({
      Rules: checkedRules(LifecycleConfiguration?.Rules),
      TransitionDefaultMinimumObjectSize,
    }),
    deletedBy: ['DeleteBucketLifecycle'],
  },
  BucketTagging: {
    missing: ['NoSuchTagSet', 'The TagSet does not exist'],
    put: (input) => checkedTags(input.Tagging.TagSet),
    get: (TagSet) => ({ TagSet }),
    deletedBy: ['DeleteBucketTagging'],
  },
  BucketAccelerateConfiguration: {
    action: 'AccelerateConfiguration',
    get: () => ({}),
  },
  BucketRequestPayment: {
    get: () => ({ Payer: 'BucketOwner' }),
  },
  BucketCors: {
    action: 'BucketCORS',
    missing: ['NoSuchCORSConfiguration', 'The CORS configuration does not exist'],
  },
  BucketWebsite: {
    missing: ['NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'],
  },
  BucketLogging: { get: () => ({}) },
  BucketReplication: {
    action: 'ReplicationConfiguration',
    missing: ['ReplicationConfigurationNotFoundError', 'The replication configuration was not found'],
  },
  ObjectLockConfiguration: {
    action: 'BucketObjectLockConfiguration',
    missing: [
      'ObjectLockConfigurationNotFoundError',
      'Object Lock configuration does not exist for this bucket',
    ],
  },
  BucketAcl: {
    get: (_value, { accountId: ID }) => ({
      Owner: { ID },
      Grants: [{ Grantee: { ID, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }],
    }),
  },
};

/**
 * @throws AwsError MalformedXML unless there is exactly one rule, InvalidArgument for a KMS key without KMS encryption
 */
function checkedEncryption(rules: readonly any[]): any {
  const [rule] = rules;
  const { SSEAlgorithm, KMSMasterKeyID } = rule?.ApplyServerSideEncryptionByDefault ?? {};
  if (rules.length !== 1 || SSEAlgorithm === undefined) throw malformedXml();
  if (SSEAlgorithm !== 'AES256' || KMSMasterKeyID === undefined) return rule;
  throw invalidArgument(
    'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
    'ApplyServerSideEncryptionByDefault',
  );
}

/**
 * Checks the rules and keeps them. Nothing expires. @throws AwsError MalformedXML, InvalidRequest without an action,
 * InvalidArgument
 */
function checkedRules(rules: readonly any[] = []): readonly any[] {
  if (rules.length === 0) throw malformedXml();
  for (const rule of rules) checkRule(rule);
  if (new Set(rules.map(({ ID }) => ID)).size < rules.length)
    throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID');
  return rules;
}

function checkRule({ Filter, Prefix, ID: _id, Status: _status, ...actions }: any): void {
  const hasFilter = Filter !== undefined;
  const hasPrefix = Prefix !== undefined;
  if (hasFilter === hasPrefix || given(Filter) > 1) throw malformedXml();
  if (given(actions) === 0)
    throw new AwsError('InvalidRequest', 'At least one action needs to be specified in a rule');
  const { Expiration, NoncurrentVersionExpiration } = actions;
  if (Expiration && given(Expiration) !== 1) throw malformedXml();
  if (NoncurrentVersionExpiration && given(NoncurrentVersionExpiration) === 0) throw malformedXml();
  checkDate(Expiration?.Date);
  const tags = (Filter?.And?.Tags ?? []).map(({ Key }: any) => Key);
  if (new Set(tags).size < tags.length)
    throw new AwsError('InvalidRequest', 'Duplicate Tag Keys are not allowed.');
  checkPositive({ ...Expiration, ...NoncurrentVersionExpiration });
}

function checkDate(date: Date | undefined): void {
  if (date && date.getTime() % DAY_MS !== 0)
    throw invalidArgument("'Date' must be at midnight GMT", 'Date', date.toISOString());
}

function checkPositive(numbers: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(numbers))
    if (typeof value === 'number' && value <= 0)
      throw invalidArgument(`'${name}' must be a positive integer`, name, value);
}

/** Counts the members that are given. */
const given = (parts: object = {}): number =>
  Object.values(parts)
    .flat()
    .filter((part) => part !== undefined).length;
const DAY_MS = 86_400_000;

/** @throws AwsError InvalidTag */
function checkedTags(tags: readonly { readonly Key: string; readonly Value: string }[]) {
  const invalid = (message: string, detail: object) =>
    new AwsError('InvalidTag', message, 400, { ...detail });
  if (tags.length > 50) throw new AwsError('BadRequest', 'Bucket tag count cannot be greater than 50');
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

/** Matches a text of the characters that a tag may contain. */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The default since April 2026. */
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

/** Makes the operations that put, read and (for most settings) delete the settings of a bucket. */
export function settingOperations(store: Store, core: SandboxCore): Record<string, Operation> {
  const operations: Record<string, Operation> = {};
  for (const [name, { action = name, missing, put, get, deletedBy }] of Object.entries(SETTINGS)) {
    const key = name as keyof BucketSettings;
    const operation = (needed: string, run: S3OperationParts['run']) =>
      s3Operation(store, { action: needed, on: 'bucket', run });
    if (put) {
      operations[`Put${name}`] = operation(`s3:Put${action}`, ({ settings }, input) => {
        Object.assign(settings, { [key]: put(input, settings, core) });
      });
    }
    operations[`Get${name}`] = operation(`s3:Get${action}`, ({ name: BucketName, settings }, _, context) => {
      const value = settings[key];
      if (value === undefined && missing) throw new AwsError(...missing, 404, { BucketName });
      return get ? get(value, context) : value;
    });
    if (!deletedBy) continue;
    const [deletion, needed = `s3:Put${action}`] = deletedBy;
    operations[deletion] = operation(needed, ({ settings }) => void delete settings[key]);
  }
  return operations;
}

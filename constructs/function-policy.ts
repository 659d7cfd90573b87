import {
  AUDIT_PREFIX,
  DRILL_PREFIX,
  EVENT_SOURCE,
  IDENTITY_TAG,
  KEY_PREFIX,
  LEDGER_PREFIX,
  MADE_TAG,
  RECORD_PREFIX,
} from '../handlers/contract/contract';
import { type ByodkimControlPlaneProps, NOTHING_SHARED, type SharedObjects } from './control-plane-props';

const tags = (key: string, ...wanted: readonly { readonly key: string; readonly value: string }[]) =>
  Object.fromEntries(wanted.map((tag) => [`${key}/${tag.key}`, tag.value]));

/** Limits a statement to identities that carry our tag. */
export const OURS = { StringEquals: tags('aws:ResourceTag', IDENTITY_TAG) };

/** One statement of the function's role, with its reason. `docs/permissions.md` is generated from these. */
export interface PolicyStatement {
  readonly sid: string;
  readonly reason: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface FunctionPolicyInput extends Pick<ByodkimControlPlaneProps, 'alsoRead' | 'kmsKeyArn'> {
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  readonly partition: string;
  /** `*` if it is not known at synth. */
  readonly region: string;
  /** Account of all resources, including the buckets of `alsoRead`. */
  readonly account: string;
  readonly bucket: string;
  /** Whether the bucket also holds objects of others. @default false */
  readonly bucketIsShared?: boolean;
  readonly scheduleGroup: string;
  readonly schedulerRoleArn: string;
  readonly logGroup: string;
  readonly topicArns: readonly string[];
  /** Objects in the key stores of other regions, with which domains share keys. @default none */
  readonly shared?: Omit<SharedObjects, 'readers'>;
}

/** A KMS key decrypts only for S3. */
export const VIA_S3 = { StringLike: { 'kms:ViaService': 's3.*' } } as const;

/**
 * Returns the permissions that the function needs, and no others. Its size is bounded: identities are limited by tag, objects by
 * prefix, and the keys that regions share are named one by one only while there is room.
 */
export const functionPolicy = (input: FunctionPolicyInput): PolicyStatement[] => [
  ...signingStatements(input),
  ...keyStatements(input),
  ...sharedStatements(input),
  ...storeStatements(input),
  ...listingStatements(input),
  ...outgoingStatements(input),
];

/** Returns the ARNs of objects, and the condition that limits a statement to buckets of the account. */
const bucketArns = ({ partition, bucket, account }: FunctionPolicyInput) => ({
  objects: (prefix: string): string => `arn:${partition}:s3:::${bucket}/${prefix}*`,
  at: (place: string): string => `arn:${partition}:s3:::${place}*`,
  // Somebody else may have taken over a bucket name that was given up.
  condition: { StringEquals: { 'aws:ResourceAccount': account } },
});

/** Lets the function read and change the signing state of identities. */
function signingStatements({ partition, region, account }: FunctionPolicyInput): PolicyStatement[] {
  const identities = (inRegion: string) => `arn:${partition}:ses:${inRegion}:${account}:identity/*`;
  return [
    {
      sid: 'ReadSigningState',
      reason:
        'To read the signing state of an identity. The grant is not limited by tag, since an identity that does not exist has no tag, and "it is gone" must not look like "access denied". It covers every region, since a global endpoint may send through another one.',
      actions: ['ses:GetEmailIdentity'],
      resources: [identities('*')],
    },
    {
      sid: 'ListIdentities',
      reason:
        'To find identities that override a domain’s identity, and the regions of a global endpoint; a list has no resource.',
      actions: ['ses:ListEmailIdentities', 'ses:ListMultiRegionEndpoints'],
      resources: ['*'],
    },
    {
      sid: 'FindTenants',
      reason:
        'To find the tenants of SES that hold an identity, before a destroy rolls back: SES refuses to delete such an identity. It is not limited by tag, since an identity that does not exist has no tag.',
      actions: ['ses:ListResourceTenants'],
      resources: [identities(region)],
    },
    {
      sid: 'ChangeSigningState',
      reason: 'To set BYODKIM and to roll back, only on identities that carry our tag.',
      actions: ['ses:PutEmailIdentityDkimSigningAttributes', 'ses:PutEmailIdentityDkimAttributes'],
      resources: [identities(region)],
      condition: OURS,
    },
    {
      sid: 'MakeIdentities',
      reason:
        'To create identities for direct calls (`add`), which carry our tags from the start: SES asks for the second action, too. IAM cannot limit it to new identities; the function never tags one that exists.',
      actions: ['ses:CreateEmailIdentity', 'ses:TagResource'],
      resources: [identities(region)],
      condition: { StringEquals: tags('aws:RequestTag', IDENTITY_TAG, MADE_TAG) },
    },
    {
      sid: 'DeleteMadeIdentities',
      reason: 'To delete the identities that it has made (`remove`), and no others.',
      actions: ['ses:DeleteEmailIdentity'],
      resources: [identities(region)],
      condition: { StringEquals: tags('aws:ResourceTag', MADE_TAG) },
    },
  ];
}

/** Lets the function read keys and DNS information, in its key store and in other places. */
function keyStatements(input: FunctionPolicyInput): PolicyStatement[] {
  const { alsoRead = [] } = input;
  const { objects, at, condition } = bucketArns(input);
  const otherPlaces = alsoRead.map(at);
  return [
    {
      sid: 'ReadKeysAndRecords',
      reason: 'To read private keys and their DNS information, also in other places that the list names.',
      actions: ['s3:GetObject'],
      resources: [objects(KEY_PREFIX), objects(RECORD_PREFIX), ...otherPlaces],
      condition,
    },
    {
      sid: 'ReadKeysAsTheyWere',
      reason: 'To restore the version of a key that was used, even if the object has been replaced since.',
      actions: ['s3:GetObjectVersion'],
      resources: [objects(KEY_PREFIX), ...otherPlaces],
      condition,
    },
  ];
}

/** Lets the function read the objects that domains share with other regions. */
function sharedStatements(input: FunctionPolicyInput): PolicyStatement[] {
  const { shared = NOTHING_SHARED } = input;
  const { at, condition } = bucketArns(input);
  return [
    {
      sid: 'ReadSharedKeys',
      reason:
        'To read the keys of its own domains in another region, since a domain may sign with the key of another region or be rolled back to it. If the two share more domains than a policy can name (some 25), it reads every key there.',
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: shared.keys.map(at),
      condition,
    },
    {
      sid: 'ReadSharedRecords',
      reason:
        'To read their DNS information, and to find out whether another region, in the list or not, still needs a record.',
      actions: ['s3:GetObject'],
      resources: [...shared.records, ...shared.known].map(at),
      condition,
    },
    {
      sid: 'DecryptSharedObjects',
      reason: 'To read these objects if a KMS key encrypts them.',
      actions: ['kms:Decrypt'],
      resources: shared.kmsKeyArns,
      // With a bucket key the context is the bucket, otherwise the object.
      condition: {
        StringLike: { ...VIA_S3.StringLike, 'kms:EncryptionContext:aws:s3:arn': bucketsOf(shared).map(at) },
      },
    },
  ];
}

/** Lets the function keep keys, ledgers, reports and drills in its key store. */
function storeStatements(input: FunctionPolicyInput): PolicyStatement[] {
  const { objects, condition } = bucketArns(input);
  return [
    {
      sid: 'StoreNewKeysAndRecords',
      reason: 'To store a key that the function has made, and its record. It never overwrites one.',
      actions: ['s3:PutObject'],
      resources: [objects(KEY_PREFIX), objects(RECORD_PREFIX)],
      condition,
    },
    {
      sid: 'KeepLedger',
      reason: 'To record the prior state of a change, the new one, and whether it is confirmed.',
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [objects(LEDGER_PREFIX)],
      condition,
    },
    {
      sid: 'KeepAuditReports',
      reason: "To keep the audit's report, to continue it, and to compare it with the last one.",
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [objects(AUDIT_PREFIX)],
      condition,
    },
    {
      sid: 'KeepDrills',
      reason: 'To record whether the schedule of a drill has reached the function.',
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [objects(DRILL_PREFIX)],
      condition,
    },
  ];
}

/** Lets the function list objects. */
function listingStatements(input: FunctionPolicyInput): PolicyStatement[] {
  const { partition, bucket } = input;
  const { condition } = bucketArns(input);
  return [
    ...listings(input).map(({ bucket: listed, prefixes }, index) => ({
      sid: index === 0 ? 'TellMissingFromForbidden' : `TellMissingFromForbidden${index + 1}`,
      reason:
        index === 0
          ? 'Without it S3 answers 403 for an object that is missing. The function also uses it to find DNS information, and ledgers for the audit. The grant covers the whole key store, since AWS does not document which prefix the check of a missing object ' +
            'carries.'
          : 'To list other buckets for the same reason. It is "IfExists", because that check may have no prefix.',
      actions: ['s3:ListBucket'],
      resources: [`arn:${partition}:s3:::${listed}`],
      condition:
        listed === bucket && !input.bucketIsShared
          ? condition
          : { ...condition, StringLikeIfExists: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } },
    })),
  ];
}

/** Lets the function arm schedules, notify, and write logs. */
function outgoingStatements(input: FunctionPolicyInput): PolicyStatement[] {
  const { partition, region, account } = input;
  return [
    {
      sid: 'ArmAndDisarm',
      reason: 'To arm and remove reverts in our own schedule group, but not the schedule of the audit.',
      actions: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
      resources: [
        `arn:${partition}:scheduler:${region}:${account}:schedule/${input.scheduleGroup}/byodkim-*`,
      ],
    },
    {
      sid: 'GiveSchedulerItsRole',
      reason: 'To give schedules the role that invokes the function, and to give it to the scheduler alone.',
      actions: ['iam:PassRole'],
      resources: [input.schedulerRoleArn],
      condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    },
    {
      sid: 'PutEvents',
      reason: 'To put results and findings on the default event bus, only under our own source.',
      actions: ['events:PutEvents'],
      resources: [`arn:${partition}:events:${region}:${account}:event-bus/default`],
      condition: { StringEquals: { 'events:source': EVENT_SOURCE } },
    },
    {
      sid: 'SendNotices',
      reason:
        'To ask the DNS team for records, and to notify operators of the result of a change or an audit.',
      actions: ['sns:Publish'],
      resources: input.topicArns,
    },
    {
      sid: 'CountSubscribers',
      reason: 'To report a topic without subscribers, and subscribers that have not confirmed.',
      actions: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic'],
      resources: input.topicArns,
    },
    {
      sid: 'UseKeyStoreKey',
      reason: 'To read and write the objects of the key store that this key encrypts, and nothing else.',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: input.kmsKeyArn === undefined ? [] : [input.kmsKeyArn],
      condition: VIA_S3,
    },
    {
      sid: 'WriteLogs',
      reason: 'To write to its own log group, which the stack creates.',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`arn:${partition}:logs:${region}:${account}:log-group:${input.logGroup}:*`],
    },
  ];
}

const bucketsOf = ({ keys, records, known }: Pick<SharedObjects, 'keys' | 'records' | 'known'>): string[] => [
  ...new Set([...keys, ...records, ...known].map((place) => place.slice(0, place.indexOf('/')))),
];

/** Returns the buckets that the function may list, with their prefixes, the key store's own first. */
function listings({ bucket, alsoRead = [], shared = NOTHING_SHARED }: FunctionPolicyInput) {
  const prefixes = new Map([[bucket, [LEDGER_PREFIX, AUDIT_PREFIX, KEY_PREFIX, RECORD_PREFIX]]]);
  for (const place of alsoRead) {
    const [, name = '', prefix = ''] = /^([^/]*)\/(.*)$/s.exec(place) ?? [];
    prefixes.set(name, [...(prefixes.get(name) ?? []), prefix]);
  }
  // Leaves out the paths, so that the policy does not grow with the number of domains.
  for (const name of bucketsOf({ ...shared, known: [] })) prefixes.set(name, [KEY_PREFIX, RECORD_PREFIX]);
  for (const name of bucketsOf({ ...NOTHING_SHARED, known: shared.known }))
    prefixes.set(name, [LEDGER_PREFIX, RECORD_PREFIX]);
  return [...prefixes].map(([name, found]) => ({ bucket: name, prefixes: found }));
}

/** IAM counts the inline policies of a role together. */
export const ROLE_POLICY_CHARACTERS = 10_240;

/**
 * Formats statements as a policy document (JSON); leaves out statements without a resource, whose part the deployment does not
 * have.
 */
export function policyDocument(statements: readonly PolicyStatement[]): string {
  const granting = statements.filter(({ resources }) => resources.length > 0);
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: granting.map(({ sid, actions, resources, condition }) => ({
      Sid: sid,
      Effect: 'Allow',
      Action: actions,
      Resource: resources,
      Condition: condition,
    })),
  });
}

/**
 * Formats the trust policy (JSON) of a role.
 * @param condition limits the callers on whose behalf a service acts, since another account could otherwise make the service
 * take on the role
 */
export const trustPolicy = (
  principal: Readonly<Record<string, string>>,
  condition: NonNullable<PolicyStatement['condition']>,
  action = 'sts:AssumeRole',
): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: action, Condition: condition }],
  });

import {
  AUDIT_PREFIX,
  DRILL_PREFIX,
  EVENT_SOURCE,
  IDENTITY_TAG,
  KEY_PREFIX,
  LEDGER_PREFIX,
  RECORD_PREFIX,
} from '../handlers/contract/contract';
import { type ByodkimControlPlaneProps, NOTHING_SHARED, type SharedObjects } from './control-plane-props';

/** Limits a statement to identities that carry our tag. */
export const OURS = { StringEquals: { [`aws:ResourceTag/${IDENTITY_TAG.key}`]: IDENTITY_TAG.value } };

/** One statement of the function's role, and why it is there. `docs/permissions.md` is made of these. */
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
  /** The account that all of it is in, buckets of `alsoRead` included. */
  readonly account: string;
  readonly bucket: string;
  /** Whether others keep objects in the bucket as well. @default false */
  readonly bucketIsShared?: boolean;
  readonly scheduleGroup: string;
  readonly schedulerRoleArn: string;
  readonly logGroup: string;
  readonly topicArns: readonly string[];
  /** What is read in key stores of other regions, whose keys domains share. @default nothing */
  readonly shared?: Omit<SharedObjects, 'readers'>;
}

/** A KMS key decrypts for S3 alone. */
export const VIA_S3 = { StringLike: { 'kms:ViaService': 's3.*' } } as const;

/**
 * Returns what the function may do, and nothing else. Its size does not grow with the number of domains: identities are
 * limited by tag, objects by prefix.
 */
export const functionPolicy = (input: FunctionPolicyInput): PolicyStatement[] => [
  ...signingStatements(input),
  ...keyStatements(input),
  ...sharedStatements(input),
  ...storeStatements(input),
  ...listingStatements(input),
  ...outgoingStatements(input),
];

/** Returns how objects are named, and what limits a statement to buckets of the account. */
const bucketArns = ({ partition, bucket, account }: FunctionPolicyInput) => ({
  objects: (prefix: string): string => `arn:${partition}:s3:::${bucket}/${prefix}*`,
  at: (place: string): string => `arn:${partition}:s3:::${place}*`,
  // A bucket's name that was given up may be a stranger's by now.
  condition: { StringEquals: { 'aws:ResourceAccount': account } },
});

/** Lets the function see and change what identities sign with. */
function signingStatements({ partition, region, account }: FunctionPolicyInput): PolicyStatement[] {
  const identities = (inRegion: string) => `arn:${partition}:ses:${inRegion}:${account}:identity/*`;
  return [
    {
      sid: 'ReadSigningState',
      reason:
        'To see what an identity signs with. Not limited by tag: an identity that does not exist has none, and "it is ' +
        'gone" must not look like "access denied". In every region: a global endpoint may send through another one.',
      actions: ['ses:GetEmailIdentity'],
      resources: [identities('*')],
    },
    {
      sid: 'ListIdentities',
      reason:
        'To find identities that override a domain’s, and regions that a global endpoint joins; a list has no resource.',
      actions: ['ses:ListEmailIdentities', 'ses:ListMultiRegionEndpoints'],
      resources: ['*'],
    },
    {
      sid: 'ChangeSigningState',
      reason: 'To set BYODKIM and to roll back, on identities that carry our tag only.',
      actions: ['ses:PutEmailIdentityDkimSigningAttributes', 'ses:PutEmailIdentityDkimAttributes'],
      resources: [identities(region)],
      condition: OURS,
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
      reason:
        'To read private keys and the DNS information beside them, also in other places that the list names.',
      actions: ['s3:GetObject'],
      resources: [objects(KEY_PREFIX), objects(RECORD_PREFIX), ...otherPlaces],
      condition,
    },
    {
      sid: 'ReadKeysAsTheyWere',
      reason: 'A restore reads the version of the key that was used, whatever is there now.',
      actions: ['s3:GetObjectVersion'],
      resources: [objects(KEY_PREFIX), ...otherPlaces],
      condition,
    },
  ];
}

/** Lets the function read what domains share with other regions. */
function sharedStatements(input: FunctionPolicyInput): PolicyStatement[] {
  const { shared = NOTHING_SHARED } = input;
  const { at, condition } = bucketArns(input);
  return [
    {
      sid: 'ReadSharedKeys',
      reason:
        'To read the keys of its own domains in another region, and no others there: a domain may sign with the key of another ' +
        'region, or be rolled back to it.',
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: shared.keys.map(at),
      condition,
    },
    {
      sid: 'ReadSharedRecords',
      reason:
        'To read their DNS information, and whether another region still needs a record, in the list or not.',
      actions: ['s3:GetObject'],
      resources: [...shared.records, ...shared.known].map(at),
      condition,
    },
    {
      sid: 'DecryptSharedObjects',
      reason: 'To read these where a KMS key encrypts them.',
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
      reason: "To keep the audit's report, go on with it, and compare with the last one.",
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [objects(AUDIT_PREFIX)],
      condition,
    },
    {
      sid: 'KeepDrills',
      reason: 'To record whether the schedule of a drill has come back.',
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [objects(DRILL_PREFIX)],
      condition,
    },
  ];
}

/** Lets the function see which objects there are. */
function listingStatements(input: FunctionPolicyInput): PolicyStatement[] {
  const { partition, bucket } = input;
  const { condition } = bucketArns(input);
  return [
    ...listings(input).map(({ bucket: listed, prefixes }, index) => ({
      sid: index === 0 ? 'TellMissingFromForbidden' : `TellMissingFromForbidden${index + 1}`,
      reason:
        index === 0
          ? 'Without it S3 answers 403 for an object that is missing. Also to find DNS information, and ledgers for the ' +
            'audit. The key store is granted as a whole: AWS does not document which prefix the check of a missing object ' +
            'carries.'
          : 'The same in other buckets: "IfExists", because that check may have no prefix.',
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
      reason: 'To arm reverts and to remove them, in our own schedule group; not the schedule of the audit.',
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
      reason: 'To put results and findings on the default event bus, under our own source alone.',
      actions: ['events:PutEvents'],
      resources: [`arn:${partition}:events:${region}:${account}:event-bus/default`],
      condition: { StringEquals: { 'events:source': EVENT_SOURCE } },
    },
    {
      sid: 'SendNotices',
      reason: 'To notify the DNS team of what to publish, and operators of how a change or the audit ended.',
      actions: ['sns:Publish'],
      resources: input.topicArns,
    },
    {
      sid: 'CountSubscribers',
      reason: 'To report a topic that nobody has subscribed to.',
      actions: ['sns:GetTopicAttributes'],
      resources: input.topicArns,
    },
    {
      sid: 'UseKeyStoreKey',
      reason: 'To read and write objects of the key store that it encrypts, and nothing else.',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: input.kmsKeyArn === undefined ? [] : [input.kmsKeyArn],
      condition: VIA_S3,
    },
    {
      sid: 'WriteLogs',
      reason: 'To write to its own log group, which the stack makes.',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`arn:${partition}:logs:${region}:${account}:log-group:${input.logGroup}:*`],
    },
  ];
}

const bucketsOf = ({ keys, records, known }: Pick<SharedObjects, 'keys' | 'records' | 'known'>): string[] => [
  ...new Set([...keys, ...records, ...known].map((place) => place.slice(0, place.indexOf('/')))),
];

/** Returns the buckets in which objects are looked for, with their prefixes; the key store's own first. */
function listings({ bucket, alsoRead = [], shared = NOTHING_SHARED }: FunctionPolicyInput) {
  const prefixes = new Map([[bucket, [LEDGER_PREFIX, AUDIT_PREFIX, KEY_PREFIX, RECORD_PREFIX]]]);
  for (const place of alsoRead) {
    const [, name = '', prefix = ''] = /^([^/]*)\/(.*)$/s.exec(place) ?? [];
    prefixes.set(name, [...(prefixes.get(name) ?? []), prefix]);
  }
  // Names alone, so that this does not grow with the number of domains.
  for (const name of bucketsOf({ ...shared, known: [] })) prefixes.set(name, [KEY_PREFIX, RECORD_PREFIX]);
  for (const name of bucketsOf({ ...NOTHING_SHARED, known: shared.known }))
    prefixes.set(name, [LEDGER_PREFIX, RECORD_PREFIX]);
  return [...prefixes].map(([name, found]) => ({ bucket: name, prefixes: found }));
}

/** IAM counts the inline policies of a role together. */
export const ROLE_POLICY_CHARACTERS = 10_240;

/** Formats statements as a policy document (JSON); those without a resource, of what a deployment does not have, are left out. */
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
 * @param condition on whose behalf: without one, a service might be talked into it from another account
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

import type { PolicyStatement } from '../function-policy';

/** The people and machines that work with a deployment, as the documents name them. */
export const ROLE_NAMES = [
  'deploy-control',
  'deploy-domain',
  'look',
  'on-call',
  'audit',
  'put-keys',
] as const;
export type RoleName = (typeof ROLE_NAMES)[number];

/** Where a deployment lies. What is unknown is `*`, or left out. */
export interface Deployment {
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly functionName: string;
  /** Name of the key store's bucket; may end in `*`. */
  readonly bucket: string;
  /** The key store's KMS key, if it has one of its own. */
  readonly kmsKeyArn?: string;
  /** Whether the control stack makes or uses topics. */
  readonly topics: boolean;
  /** The bucket with Terraform's state; absent with a local backend. */
  readonly state?: StatePlace;
  /** Ids of the zones in which records are published. */
  readonly hostedZoneIds: readonly string[];
  /** Names of the roles that are allowed to send mail. */
  readonly sendEmailRoles: readonly string[];
  /** Names of the configuration sets that domains send through. */
  readonly configurationSets: readonly string[];
}

export interface StatePlace {
  readonly bucket: string;
  /** The backend's, whatever region the deployment is in. */
  readonly region: string;
  readonly keyPrefix: string;
  readonly lockfile: boolean;
  readonly lockTable?: string;
  readonly kmsKeyArn?: string;
}

/** One of the people or machines: who it is, and what it needs. */
export interface Role {
  readonly title: string;
  readonly statements: (deployment: Deployment) => PolicyStatement[];
}

/** ARNs of a deployment's parts. */
export const arns = (deployment: Deployment) => {
  const { partition, region, account, functionName } = deployment;
  const arn = (service: string, rest: string) => `arn:${partition}:${service}:${region}:${account}:${rest}`;
  const global = (service: string, rest: string) => `arn:${partition}:${service}::${account}:${rest}`;
  const lambda = arn('lambda', `function:${functionName}`);
  return {
    function: lambda,
    /** The provider always names a version; IAM keeps the two forms apart. */
    changing: [lambda, `${lambda}:$LATEST`],
    reading: `${lambda}:read`,
    identities: arn('ses', 'identity/*'),
    configurationSet: (name: string) => arn('ses', `configuration-set/${name}`),
    bucket: `arn:${partition}:s3:::${deployment.bucket}`,
    objects: (prefix: string) => `arn:${partition}:s3:::${deployment.bucket}/${prefix}*`,
    logGroup: arn('logs', `log-group:/aws/lambda/${functionName}`),
    scheduleGroup: arn('scheduler', `schedule-group/${functionName}`),
    schedules: arn('scheduler', `schedule/${functionName}/*`),
    topics: arn('sns', `${functionName}-*`),
    alarms: arn('cloudwatch', `alarm:${functionName}-*`),
    role: (name: string) => global('iam', `role/${name}`),
    hostedZone: (id: string) => `arn:${partition}:route53:::hostedzone/${id}`,
    changes: `arn:${partition}:route53:::change/*`,
  };
};

/** Terraform's state: read and written by whoever deploys. */
export function stateStatements({ partition, account, state }: Deployment): PolicyStatement[] {
  if (state === undefined) return [];
  const bucket = `arn:${partition}:s3:::${state.bucket}`;
  const files = `${bucket}/${state.keyPrefix}*`;
  const statements: PolicyStatement[] = [
    {
      sid: 'FindState',
      reason: "The engine lists the bucket before it reads the stack's state.",
      actions: ['s3:ListBucket'],
      resources: [bucket],
    },
    {
      sid: 'KeepState',
      reason: "To read and write the stack's state.",
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [files],
    },
  ];
  if (state.lockfile)
    statements.push({
      sid: 'GiveLockBack',
      reason: 'The lock is a file beside the state, which goes when the run ends.',
      actions: ['s3:DeleteObject'],
      resources: [`${files}.tflock`],
    });
  if (state.lockTable !== undefined)
    statements.push({
      sid: 'Lock',
      reason: 'The lock is an item of this table.',
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
      resources: [`arn:${partition}:dynamodb:${state.region}:${account}:table/${state.lockTable}`],
    });
  if (state.kmsKeyArn !== undefined)
    statements.push({
      sid: 'EncryptState',
      reason: 'The state is encrypted with this key.',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [state.kmsKeyArn],
    });
  return statements;
}

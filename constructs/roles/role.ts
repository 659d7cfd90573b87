import { READ_ONLY_ALIAS, WATCH_ALIAS } from '../../handlers/contract/contract';
import { type PolicyStatement, trustPolicy, VIA_S3 } from '../function-policy';

/** The zones in which records are published. */
export interface Zones {
  readonly hostedZoneIds: readonly string[];
  /** Names of the records of keys: the selector is `*`. */
  readonly recordNames: readonly string[];
  /** MAIL FROM domains whose records a stack publishes, and in which zones. */
  readonly mailFrom: { readonly domains: readonly string[]; readonly hostedZoneIds: readonly string[] };
}

/** The names of a deployment. What is unknown is `*`, or left out. */
export interface Deployment extends Zones {
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
  /** Whether the control stack makes a dashboard. */
  readonly dashboard: boolean;
  /** The bucket with Terraform's state; absent with a local backend. */
  readonly state?: StatePlace;
  /** Where keys and records lie that their owners bring, as `bucket/prefix`; the function makes the others. */
  readonly ownKeys: readonly string[];
  /** Identities whose policies name other accounts that may send. */
  readonly sharedIdentities: readonly string[];
  /** Zones of other accounts, and the roles there that publish in them. */
  readonly elsewhere: Zones & { readonly roleArns: readonly string[] };
  /** Domains whose identity a stack makes or takes over; `*`: any. */
  readonly managedIdentities: readonly string[];
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
  readonly kmsKeyArn?: string;
}

/** One of the people or machines: who it is, and what it needs. */
export interface Role {
  readonly title: string;
  /** The jobs of GitHub Actions that it is for. Absent: it is for people. */
  readonly githubJobs?: readonly GithubJob[];
  readonly statements: (deployment: Deployment) => PolicyStatement[];
}

/** Returns the names of actions in a text. */
export const actions = (text: string): string[] => text.trim().split(/\s+/);

/**
 * Returns the condition that a bucket belongs to the deployment's account; none if the account is not known. A bucket's
 * name may be a wildcard, be free, or have been given up, and whoever takes it must be sent nothing.
 */
export const inAccount = ({ account }: Pick<Deployment, 'account'>): PolicyStatement['condition'] =>
  account === '*' ? undefined : { StringEquals: { 'aws:ResourceAccount': account } };

/** The ARNs of a deployment's parts. */
export interface Arns {
  readonly function: string;
  /** The provider always names a version; IAM keeps the two forms apart. */
  readonly changing: readonly string[];
  readonly reading: string;
  readonly watching: string;
  readonly identities: string;
  readonly identity: (domain: string) => string;
  readonly configurationSet: (name: string) => string;
  readonly bucket: string;
  readonly objects: (prefix: string) => string;
  readonly logGroup: string;
  readonly scheduleGroup: string;
  readonly schedules: string;
  readonly topics: string;
  readonly alarms: string;
  readonly dashboard: string;
  readonly rules: string;
  readonly role: (name: string) => string;
  readonly hostedZone: (id: string) => string;
  readonly changes: string;
  readonly stateBucket: (state: StatePlace) => string;
  readonly stateFiles: (state: StatePlace) => string;
}

/** Returns the ARNs of a deployment's parts. */
export const arns = (deployment: Deployment): Arns => {
  const { partition, region, account, functionName } = deployment;
  const arn = (service: string, rest: string) => `arn:${partition}:${service}:${region}:${account}:${rest}`;
  const global = (service: string, rest: string) => `arn:${partition}:${service}::${account}:${rest}`;
  const lambda = arn('lambda', `function:${functionName}`);
  return {
    function: lambda,
    changing: [lambda, `${lambda}:$LATEST`],
    reading: `${lambda}:${READ_ONLY_ALIAS}`,
    watching: `${lambda}:${WATCH_ALIAS}`,
    identities: arn('ses', 'identity/*'),
    identity: (domain: string) => arn('ses', `identity/${domain}`),
    configurationSet: (name: string) => arn('ses', `configuration-set/${name}`),
    bucket: `arn:${partition}:s3:::${deployment.bucket}`,
    objects: (prefix: string) => `arn:${partition}:s3:::${deployment.bucket}/${prefix}*`,
    logGroup: arn('logs', `log-group:/aws/lambda/${functionName}`),
    scheduleGroup: arn('scheduler', `schedule-group/${functionName}`),
    schedules: arn('scheduler', `schedule/${functionName}/*`),
    topics: arn('sns', `${functionName}-*`),
    alarms: arn('cloudwatch', `alarm:${functionName}-*`),
    dashboard: global('cloudwatch', `dashboard/${functionName}`),
    rules: arn('events', `rule/${functionName}-*`),
    role: (name: string) => global('iam', `role/${name}`),
    hostedZone: (id: string) => `arn:${partition}:route53:::hostedzone/${id}`,
    changes: `arn:${partition}:route53:::change/*`,
    stateBucket: (state: StatePlace) => `arn:${partition}:s3:::${state.bucket}`,
    stateFiles: (state: StatePlace) => `arn:${partition}:s3:::${state.bucket}/${state.keyPrefix}*`,
  };
};

/**
 * Returns the statements for Terraform's state and its lock.
 * @param isPlan whether the state is read alone: a plan must not hold up a deploy, or take its lock away
 */
export function stateStatements(deployment: Deployment, isPlan = false): PolicyStatement[] {
  const { state } = deployment;
  if (state === undefined) return [];
  const { stateBucket, stateFiles } = arns(deployment);
  return [
    {
      sid: 'FindState',
      reason:
        "The engine lists the bucket before it reads the stack's state; without this right on the whole bucket, S3 answers 403 " +
        'instead of 404 for a state that is not there yet.',
      actions: ['s3:ListBucket'],
      resources: [stateBucket(state)],
    },
    {
      sid: 'KeepState',
      reason: isPlan ? "To read the stack's state." : "To read and write the stack's state.",
      actions: ['s3:GetObject', ...(isPlan ? [] : ['s3:PutObject'])],
      resources: [stateFiles(state)],
    },
    {
      sid: 'EncryptState',
      reason: 'The state and its lock are encrypted with this key.',
      actions: ['kms:Decrypt', ...(isPlan ? [] : ['kms:GenerateDataKey'])],
      resources: state.kmsKeyArn === undefined ? [] : [state.kmsKeyArn],
      condition: VIA_S3,
    },
    {
      sid: 'TakeLock',
      reason: 'The lock is a file beside the state, which goes when the run ends.',
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      resources: isPlan ? [] : [`${stateFiles(state)}.tflock`],
    },
  ];
}

/** What a job of GitHub Actions must be to take a role on; the token's `sub` names it. */
export type GithubJob = 'environment:production' | 'pull_request' | 'default branch';

const ISSUER = 'token.actions.githubusercontent.com';

/**
 * Returns the trust policy (JSON) of a role that jobs of these kinds in one repository take on.
 * `repo:ORG/REPO:*` would let everyone who can push a branch deploy.
 */
export const githubTrust = (
  { partition, account }: { readonly partition: string; readonly account: string },
  repository: string,
  jobs: readonly GithubJob[],
  branch: string,
): string =>
  trustPolicy(
    { Federated: `arn:${partition}:iam::${account}:oidc-provider/${ISSUER}` },
    {
      StringEquals: {
        [`${ISSUER}:aud`]: 'sts.amazonaws.com',
        [`${ISSUER}:sub`]: jobs.map(
          (job) => `repo:${repository}:${job === 'default branch' ? `ref:refs/heads/${branch}` : job}`,
        ),
      },
    },
    'sts:AssumeRoleWithWebIdentity',
  );

import { READ_ONLY_ALIAS, WATCH_ALIAS } from '../../handlers/contract/contract';
import { type PolicyStatement, trustPolicy, VIA_S3 } from '../function-policy';
import type { RoleSettings } from '../names';

/** The zones in which records are published. */
export interface Zones {
  readonly hostedZoneIds: readonly string[];
  /** Names of the key records, with `*` for the selector. */
  readonly recordNames: readonly string[];
  /** MAIL FROM domains whose records a stack publishes, with their zones. */
  readonly mailFrom: { readonly domains: readonly string[]; readonly hostedZoneIds: readonly string[] };
}

/** The names of a deployment. An unknown name is `*`, or left out. */
export interface DeploymentNames extends Zones {
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly functionName: string;
  /** Name of the key store's bucket; may end in `*`. */
  readonly bucket: string;
  /** The key store's KMS key, if it has one of its own. */
  readonly kmsKeyArn?: string;
  /** What the account demands of the roles of the function and of its schedules. */
  readonly roles: RoleSettings;
  /** Whether these roles may be named without the region, as by modules and constructs that take the provider's; a list has one. */
  readonly withoutRegion: boolean;
  /** Whether the control stack makes or uses topics. */
  readonly topics: boolean;
  /** Whether the control stack makes a dashboard. */
  readonly dashboard: boolean;
  /** The bucket with Terraform's state; absent with a local backend. */
  readonly state?: StatePlace;
  /** Places of keys and records that their owners bring, as `bucket/prefix`; the function makes the others. */
  readonly ownKeys: readonly string[];
  /** Identities whose policies name other accounts that may send. */
  readonly sharedIdentities: readonly string[];
  /** Zones of other accounts, and the roles there that publish in them. */
  readonly elsewhere: Zones & { readonly roleArns: readonly string[] };
  /** Domains whose identity a stack makes or takes over; `*`: any. */
  readonly managedIdentities: readonly string[];
  /** Names of the roles that are allowed to send mail. */
  readonly sendEmailRoles: readonly string[];
  /** The domain that is set without a control stack; `*`: any. @default any */
  readonly domain?: string | undefined;
  /** Names of the configuration sets that domains send through. */
  readonly configurationSets: readonly string[];
}

export interface StatePlace {
  readonly bucket: string;
  /** The backend's region, which may differ from the deployment's. */
  readonly region: string;
  readonly keyPrefix: string;
  readonly kmsKeyArn?: string;
}

/** One of the people or machines, with its description and its permissions. */
export interface Role {
  readonly title: string;
  /** The jobs of GitHub Actions that may take it on. If absent, it is for people. */
  readonly githubJobs?: readonly GithubJob[];
  readonly statements: (deployment: DeploymentNames) => PolicyStatement[];
}

/** Returns the names of the actions in a text. */
export const actions = (text: string): string[] => text.trim().split(/\s+/);

/** Returns the actions by which the provider reads and sets the tags of a service's resources. */
export const tagging = (service: string): string[] =>
  ['ListTagsForResource', 'TagResource', 'UntagResource'].map((action) => `${service}:${action}`);

/**
 * Returns the condition that a bucket belongs to the deployment's account, or no condition if the account is not known. A
 * bucket's name may be a wildcard, free, or given up, and nothing must be sent to another account that takes it.
 */
export const inAccount = ({ account }: Pick<DeploymentNames, 'account'>): PolicyStatement['condition'] =>
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
  /** Role of the function or of its schedules. */
  readonly ourRole: (name: string) => string;
  readonly hostedZone: (id: string) => string;
  readonly changes: string;
  readonly stateBucket: (state: StatePlace) => string;
  readonly stateFiles: (state: StatePlace, name: string) => string;
}

/** Returns the ARNs of a deployment's parts. */
export const arns = (deployment: DeploymentNames): Arns => {
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
    ourRole: (name: string) => global('iam', `role${deployment.roles.path ?? '/'}${name}`),
    hostedZone: (id: string) => `arn:${partition}:route53:::hostedzone/${id}`,
    changes: `arn:${partition}:route53:::change/*`,
    stateBucket: (state: StatePlace) => `arn:${partition}:s3:::${state.bucket}`,
    stateFiles: (state: StatePlace, name: string) =>
      `arn:${partition}:s3:::${state.bucket}/${state.keyPrefix}${name}`,
  };
};

/**
 * Files of the states that a role writes. Whoever writes a state decides what its deploy deletes and makes, so the deployer of a
 * domain writes none of a control stack. An entry's name is a domain, so it has a dot; the name of a control stack has none.
 */
const WRITTEN = { control: ['byodkim-control-*.tfstate'], entries: ['*.*.tfstate'], none: [] } as const;

/**
 * Returns the statements for Terraform's state and its lock.
 * @param written `none`: the states are only read, since a plan must not block a deploy or take its lock away
 */
export function stateStatements(
  deployment: DeploymentNames,
  written: keyof typeof WRITTEN,
): PolicyStatement[] {
  const { state } = deployment;
  if (state === undefined) return [];
  const { stateBucket, stateFiles } = arns(deployment);
  const files = WRITTEN[written].map((name) => stateFiles(state, name));
  const writes = files.length > 0;
  return [
    {
      sid: 'FindState',
      reason:
        "To list the bucket, which the engine does before it reads the stack's state. Without this grant on the whole bucket, " +
        'S3 answers 403 instead of 404 for a state that does not exist yet. A condition on the prefix would hide no names, since a ' +
        'call without a prefix would have to pass it.',
      actions: ['s3:ListBucket'],
      resources: [stateBucket(state)],
    },
    {
      sid: 'ReadStates',
      reason: 'To read the states of all stacks, some of which need each other.',
      actions: ['s3:GetObject'],
      resources: [stateFiles(state, '*')],
    },
    {
      sid: 'KeepState',
      reason:
        written === 'control'
          ? 'To write the states of control stacks alone.'
          : 'To write the states of entries, whose names have a dot, and of no control stack.',
      actions: ['s3:PutObject'],
      resources: files,
    },
    {
      sid: 'EncryptState',
      reason: 'To use the key that encrypts the state and its lock.',
      actions: ['kms:Decrypt', ...(writes ? ['kms:GenerateDataKey'] : [])],
      resources: state.kmsKeyArn === undefined ? [] : [state.kmsKeyArn],
      condition: VIA_S3,
    },
    {
      sid: 'TakeLock',
      reason: 'To create the lock, a file next to the state, and remove it when the run ends.',
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      resources: files.map((file) => `${file}.tflock`),
    },
  ];
}

/** Kind of GitHub Actions job that may take on a role, as the token's `sub` names it. */
export type GithubJob = 'environment:production' | 'pull_request' | 'default branch';

const ISSUER = 'token.actions.githubusercontent.com';

/**
 * Returns the trust policy (JSON) of a role for jobs of these kinds in one repository. `repo:ORG/REPO:*` would let everyone
 * who can push a branch deploy.
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

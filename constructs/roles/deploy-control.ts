import type { PolicyStatement } from '../function-policy';
import { readThroughTheFunction } from './operators';
import { actions, arns, type DeploymentNames, inAccount, type Role, stateStatements, tagging } from './role';

/** The deployer of the control stack, who creates, changes and removes it. */
export const deployControl: Role = {
  title:
    'deploys the control stack: the function, its roles, the key store, the scheduler, topics and alarms',
  githubJobs: ['environment:production'],
  statements: (deployment) => [
    readThroughTheFunction(deployment),
    ...functionStatements(deployment),
    ...roleStatements(deployment),
    ...keyStoreStatements(deployment),
    ...scheduleStatements(deployment),
    ...watchingStatements(deployment),
    ...stateStatements(deployment, 'control'),
  ],
};

/** Makes the function and its aliases. */
function functionStatements(deployment: DeploymentNames): PolicyStatement[] {
  const at = arns(deployment);
  return [
    {
      sid: 'Function',
      reason: 'To create and remove the function, its aliases and the destination of its failures.',
      actions: actions(`
        lambda:CreateFunction lambda:GetFunction lambda:GetFunctionConfiguration
        lambda:GetFunctionCodeSigningConfig lambda:ListVersionsByFunction lambda:UpdateFunctionCode
        lambda:UpdateFunctionConfiguration lambda:DeleteFunction lambda:CreateAlias lambda:GetAlias
        lambda:UpdateAlias lambda:DeleteAlias lambda:TagResource lambda:UntagResource lambda:ListTags
      `),
      resources: [at.function],
    },
    {
      sid: 'Watch',
      reason:
        'To let the rule call the alias `watch`. AWS does not document which of the two ARNs IAM checks for an alias.',
      actions: actions(`
        lambda:AddPermission lambda:GetPolicy lambda:RemovePermission lambda:GetFunctionEventInvokeConfig
        lambda:PutFunctionEventInvokeConfig lambda:DeleteFunctionEventInvokeConfig
      `),
      resources: [at.function, at.watching],
    },
  ];
}

const MAKE_ROLES = ['iam:CreateRole', 'iam:PutRolePolicy'];

/** Makes the roles of the function and of its schedules. */
function roleStatements(deployment: DeploymentNames): PolicyStatement[] {
  const { functionName, withoutRegion } = deployment;
  const { permissionsBoundary } = deployment.roles;
  const { ourRole } = arns(deployment);
  const roles = [...(withoutRegion ? [ourRole(functionName)] : []), ourRole(`${functionName}-*`)];
  return [
    {
      sid: 'Roles',
      reason: 'To create the roles of the function and of its schedules, and their policies.',
      actions: [
        ...(permissionsBoundary === undefined ? MAKE_ROLES : []),
        ...actions(`
          iam:GetRole iam:UpdateRole iam:UpdateRoleDescription iam:UpdateAssumeRolePolicy iam:DeleteRole
          iam:GetRolePolicy iam:DeleteRolePolicy iam:ListRolePolicies iam:ListAttachedRolePolicies
          iam:ListInstanceProfilesForRole iam:TagRole iam:UntagRole
        `),
      ],
      resources: roles,
    },
    {
      sid: 'BoundRoles',
      reason:
        'To create these roles and their policies only with the permissions boundary, beyond which neither role nor deployer reaches.',
      actions: [...MAKE_ROLES, 'iam:PutRolePermissionsBoundary'],
      resources: permissionsBoundary === undefined ? [] : roles,
      condition: { StringEquals: { 'iam:PermissionsBoundary': permissionsBoundary ?? '' } },
    },
    {
      sid: 'GiveRoles',
      reason: 'To give these roles only to the function and the audit schedule.',
      actions: ['iam:PassRole'],
      resources: roles,
      condition: {
        StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'scheduler.amazonaws.com'] },
      },
    },
  ];
}

/** Makes the bucket. */
function keyStoreStatements(deployment: DeploymentNames): PolicyStatement[] {
  const at = arns(deployment);
  return [
    {
      sid: 'MakeKeyStore',
      // A bucket that does not exist yet belongs to no account.
      reason: 'To make the bucket.',
      actions: ['s3:CreateBucket'],
      resources: [at.bucket],
    },
    {
      sid: 'KeyStore',
      reason:
        'To keep the bucket private and encrypted, and to check that it stays so. It does not read objects.',
      actions: actions(`
        s3:DeleteBucket s3:ListBucket s3:GetBucketPolicy s3:PutBucketPolicy
        s3:DeleteBucketPolicy s3:GetBucketVersioning s3:PutBucketVersioning s3:GetEncryptionConfiguration
        s3:PutEncryptionConfiguration s3:GetBucketPublicAccessBlock s3:PutBucketPublicAccessBlock
        s3:GetBucketTagging s3:PutBucketTagging s3:ListTagsForResource s3:TagResource s3:UntagResource
        s3:GetBucketAcl s3:GetBucketCORS s3:GetBucketLogging s3:GetBucketObjectLockConfiguration
        s3:GetBucketRequestPayment s3:GetBucketWebsite s3:GetBucketLocation s3:GetAccelerateConfiguration
        s3:GetLifecycleConfiguration s3:PutLifecycleConfiguration s3:GetReplicationConfiguration
      `),
      resources: [at.bucket],
      condition: inAccount(deployment),
    },
  ];
}

/** Makes the schedules. */
function scheduleStatements(deployment: DeploymentNames): PolicyStatement[] {
  const at = arns(deployment);
  return [
    {
      sid: 'ScheduleGroup',
      reason: 'To create the group in which reverts are armed.',
      actions: [
        ...actions('scheduler:CreateScheduleGroup scheduler:GetScheduleGroup scheduler:DeleteScheduleGroup'),
        ...tagging('scheduler'),
      ],
      resources: [at.scheduleGroup],
    },
    {
      sid: 'AuditSchedule',
      reason: 'To create the schedule of the audit. Removing the group also removes its armed schedules.',
      actions: actions(`
        scheduler:CreateSchedule scheduler:GetSchedule scheduler:UpdateSchedule scheduler:DeleteSchedule
      `),
      resources: [at.schedules],
    },
    {
      sid: 'ListWhatIsArmed',
      reason: 'To refuse a destroy while a revert is armed; IAM has no resource for a list.',
      actions: ['scheduler:ListSchedules'],
      resources: ['*'],
    },
  ];
}

/** Makes logs, topics, alarms and everything else that watches. */
function watchingStatements(deployment: DeploymentNames): PolicyStatement[] {
  const { logGroup, ...at } = arns(deployment);
  return [
    {
      sid: 'LogGroup',
      reason: "To create the function's log group and set its retention.",
      actions: [
        ...actions('logs:CreateLogGroup logs:DeleteLogGroup logs:PutRetentionPolicy'),
        ...tagging('logs'),
      ],
      resources: [logGroup, `${logGroup}:*`],
    },
    {
      sid: 'FindLogGroup',
      reason: 'To let the provider find the group in the list of all groups, for which IAM has no resource.',
      actions: ['logs:DescribeLogGroups'],
      resources: ['*'],
    },
    {
      sid: 'Topics',
      reason: 'To create the topics for the DNS team, the results and the audit.',
      actions: [
        ...actions('sns:CreateTopic sns:GetTopicAttributes sns:SetTopicAttributes sns:DeleteTopic'),
        ...tagging('sns'),
        'sns:Subscribe',
      ],
      resources: deployment.topics ? [at.topics] : [],
    },
    {
      // The Service Authorization Reference lists only `topic` for both actions, and AWS's refusals name the topic's ARN.
      sid: 'Subscriptions',
      reason:
        'To read and remove the subscribers that the list names; the resource of a subscription is its topic.',
      actions: ['sns:GetSubscriptionAttributes', 'sns:Unsubscribe'],
      resources: deployment.topics ? [at.topics] : [],
    },
    {
      sid: 'Alarms',
      reason: 'To raise an alarm if a revert never arrives, the function fails, or a domain needs a person.',
      actions: [
        ...actions('cloudwatch:PutMetricAlarm cloudwatch:DeleteAlarms cloudwatch:DescribeAlarms'),
        ...tagging('cloudwatch'),
      ],
      resources: [at.alarms],
    },
    {
      sid: 'Dashboard',
      reason: 'To create and remove the dashboard.',
      actions: ['cloudwatch:PutDashboard', 'cloudwatch:GetDashboard', 'cloudwatch:DeleteDashboards'],
      resources: deployment.dashboard ? [at.dashboard] : [],
    },
    {
      sid: 'IdentityWatch',
      reason: 'To create the rule that starts an audit of an identity after a manual change.',
      actions: [
        ...actions('events:PutRule events:DescribeRule events:DeleteRule events:PutTargets'),
        ...actions('events:ListTargetsByRule events:RemoveTargets'),
        ...tagging('events'),
      ],
      resources: [at.rules],
    },
  ];
}

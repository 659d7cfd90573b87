import type { PolicyStatement } from '../function-policy';
import { readThroughTheFunction } from './operators';
import { actions, arns, type Deployment, inAccount, type Role, stateStatements } from './role';

/** The deployer of the control stack: makes, changes and removes it. */
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
    ...stateStatements(deployment),
  ],
};

/** Makes the function and its aliases. */
function functionStatements(deployment: Deployment): PolicyStatement[] {
  const at = arns(deployment);
  return [
    {
      sid: 'Function',
      reason: 'To make the function, its aliases and what becomes of its failures, and to remove them.',
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
        'To let the rule call the alias `watch`. AWS does not say by which of the two ARNs it is asked for an alias.',
      actions: actions(`
        lambda:AddPermission lambda:GetPolicy lambda:RemovePermission lambda:GetFunctionEventInvokeConfig
        lambda:PutFunctionEventInvokeConfig lambda:DeleteFunctionEventInvokeConfig
      `),
      resources: [at.function, at.watching],
    },
  ];
}

/** Makes the roles of the function and of its schedules. */
function roleStatements(deployment: Deployment): PolicyStatement[] {
  const roles = [arns(deployment).role(`${deployment.functionName}-*`)];
  return [
    {
      sid: 'Roles',
      reason: 'To make the roles of the function and of its schedules, and their policies.',
      actions: actions(`
        iam:CreateRole iam:GetRole iam:UpdateRole iam:UpdateRoleDescription iam:UpdateAssumeRolePolicy
        iam:DeleteRole iam:PutRolePolicy iam:GetRolePolicy iam:DeleteRolePolicy iam:ListRolePolicies
        iam:ListAttachedRolePolicies iam:ListInstanceProfilesForRole iam:TagRole iam:UntagRole
      `),
      resources: roles,
    },
    {
      sid: 'GiveRoles',
      reason: 'To give these roles to the function and the audit schedule alone.',
      actions: ['iam:PassRole'],
      resources: roles,
      condition: {
        StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'scheduler.amazonaws.com'] },
      },
    },
  ];
}

/** Makes the bucket. */
function keyStoreStatements(deployment: Deployment): PolicyStatement[] {
  const at = arns(deployment);
  return [
    {
      sid: 'MakeKeyStore',
      // A bucket that is not there yet belongs to no account.
      reason: 'To make the bucket.',
      actions: ['s3:CreateBucket'],
      resources: [at.bucket],
    },
    {
      sid: 'KeyStore',
      reason:
        'To keep the bucket private and encrypted, and to see that it stays so. No object in it is read.',
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
function scheduleStatements(deployment: Deployment): PolicyStatement[] {
  const at = arns(deployment);
  return [
    {
      sid: 'ScheduleGroup',
      reason: 'To make the group in which reverts are armed.',
      actions: actions(`
        scheduler:CreateScheduleGroup scheduler:GetScheduleGroup scheduler:DeleteScheduleGroup
        scheduler:ListTagsForResource scheduler:TagResource scheduler:UntagResource
      `),
      resources: [at.scheduleGroup],
    },
    {
      sid: 'AuditSchedule',
      reason: 'To make the schedule of the audit. Removing the group removes what is armed in it.',
      actions: actions(`
        scheduler:CreateSchedule scheduler:GetSchedule scheduler:UpdateSchedule scheduler:DeleteSchedule
      `),
      resources: [at.schedules],
    },
    {
      sid: 'ListWhatIsArmed',
      reason: 'To refuse a destroy while a revert is armed; the service knows no resource for a list.',
      actions: ['scheduler:ListSchedules'],
      resources: ['*'],
    },
  ];
}

/** Makes logs, topics, alarms and what else watches. */
function watchingStatements(deployment: Deployment): PolicyStatement[] {
  const { logGroup, ...at } = arns(deployment);
  return [
    {
      sid: 'LogGroup',
      reason: "To make the function's log group and to say how long logs are kept.",
      actions: actions(`
        logs:CreateLogGroup logs:DeleteLogGroup logs:PutRetentionPolicy logs:ListTagsForResource
        logs:TagResource logs:UntagResource
      `),
      resources: [logGroup, `${logGroup}:*`],
    },
    {
      sid: 'FindLogGroup',
      reason: 'The provider looks the group up in the list of all, for which the service knows no resource.',
      actions: ['logs:DescribeLogGroups'],
      resources: ['*'],
    },
    {
      sid: 'Topics',
      reason: 'To make the topics of the DNS team, of results and of the audit.',
      actions: actions(`
        sns:CreateTopic sns:GetTopicAttributes sns:SetTopicAttributes sns:DeleteTopic
        sns:ListTagsForResource sns:TagResource sns:UntagResource sns:Subscribe
      `),
      resources: deployment.topics ? [at.topics] : [],
    },
    {
      sid: 'Subscriptions',
      reason:
        'To see and remove the subscribers that the list names; the service knows no resource for a subscription.',
      actions: ['sns:GetSubscriptionAttributes', 'sns:Unsubscribe'],
      resources: deployment.topics ? ['*'] : [],
    },
    {
      sid: 'Alarms',
      reason: 'To raise an alarm if a revert never arrives, the function fails, or a domain needs a person.',
      actions: actions(`
        cloudwatch:PutMetricAlarm cloudwatch:DeleteAlarms cloudwatch:DescribeAlarms
        cloudwatch:ListTagsForResource cloudwatch:TagResource cloudwatch:UntagResource
      `),
      resources: [at.alarms],
    },
    {
      sid: 'Dashboard',
      reason: 'To make the dashboard, and to remove it.',
      actions: ['cloudwatch:PutDashboard', 'cloudwatch:GetDashboard', 'cloudwatch:DeleteDashboards'],
      resources: deployment.dashboard ? [at.dashboard] : [],
    },
    {
      sid: 'IdentityWatch',
      reason: 'To make the rule that has an identity audited after a manual change.',
      actions: actions(`
        events:PutRule events:DescribeRule events:DeleteRule events:PutTargets events:ListTargetsByRule
        events:RemoveTargets events:ListTagsForResource events:TagResource events:UntagResource
      `),
      resources: [at.rules],
    },
  ];
}

/** The control plane in bare cdktf, written by hand. */
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { SchedulerSchedule } from '@cdktf/provider-aws/lib/scheduler-schedule';
import { SchedulerScheduleGroup } from '@cdktf/provider-aws/lib/scheduler-schedule-group';
import { type App, AssetType, TerraformAsset, TerraformOutput, TerraformStack } from 'cdktf';

const policy = (...statements: object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (actions: string[], resources: string[]) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
});
const trust = (service: string): string =>
  policy({ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' });

export function bareControlStack(app: App, region: string, name: string, zip: string): void {
  const stack = new TerraformStack(app, `byodkim-control-${region}`);
  new AwsProvider(stack, 'aws', { region });
  const bucket = new S3Bucket(stack, 'bucket', { region, bucketPrefix: `${name}-keys-` });
  const access = new S3BucketPublicAccessBlock(stack, 'access', { region, bucket: bucket.bucket });
  const versioning = new S3BucketVersioningA(stack, 'versioning', {
    region,
    bucket: bucket.bucket,
    versioningConfiguration: { status: 'Enabled' },
  });
  const encryption = new S3BucketServerSideEncryptionConfigurationA(stack, 'encryption', {
    region,
    bucket: bucket.bucket,
    rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
  });
  const bucketPolicy = new S3BucketPolicy(stack, 'tls', {
    region,
    bucket: bucket.bucket,
    policy: policy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [bucket.arn] }),
    dependsOn: [access],
  });
  const group = new SchedulerScheduleGroup(stack, 'group', { region, name });
  const schedulerRole = new IamRole(stack, 'scheduler-role', {
    name: `${name}-${region}-scheduler`,
    assumeRolePolicy: trust('scheduler.amazonaws.com'),
  });
  const role = new IamRole(stack, 'role', {
    name: `${name}-${region}`,
    assumeRolePolicy: trust('lambda.amazonaws.com'),
  });
  const rolePolicy = new IamRolePolicy(stack, 'policy', {
    role: role.name,
    policy: policy(
      allow(['ses:GetEmailIdentity'], ['*']),
      allow(['s3:GetObject', 's3:PutObject'], [`${bucket.arn}/*`]),
      allow(['iam:PassRole'], [schedulerRole.arn]),
    ),
  });
  const logs = new CloudwatchLogGroup(stack, 'logs', {
    region,
    name: `/aws/lambda/${name}`,
    retentionInDays: 365,
  });
  const asset = new TerraformAsset(stack, 'code', { path: zip, type: AssetType.FILE });
  const lambda = new LambdaFunction(stack, 'function', {
    region,
    functionName: name,
    role: role.arn,
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    architectures: ['arm64'],
    timeout: 300,
    filename: asset.path,
    environment: { variables: { BUCKET: bucket.bucket, ROLE: schedulerRole.arn } },
    loggingConfig: { logFormat: 'JSON', logGroup: logs.name },
    dependsOn: [rolePolicy, logs, bucket, access, versioning, encryption, bucketPolicy, group],
  });
  new LambdaFunctionEventInvokeConfig(stack, 'retries', {
    region,
    functionName: lambda.functionName,
    maximumRetryAttempts: 2,
  });
  new IamRolePolicy(stack, 'may-invoke', {
    role: schedulerRole.name,
    policy: policy(allow(['lambda:InvokeFunction'], [lambda.arn])),
  });
  new SchedulerSchedule(stack, 'audit', {
    region,
    name: `${name}-audit`,
    groupName: group.name,
    scheduleExpression: 'cron(0 3 1 * ? *)',
    flexibleTimeWindow: { mode: 'OFF' },
    target: { arn: lambda.arn, roleArn: schedulerRole.arn, input: '{"action":"audit"}' },
  });
  new TerraformOutput(stack, 'function_name', { value: name });
  new TerraformOutput(stack, 'key_store_bucket', { value: bucket.bucket });
}

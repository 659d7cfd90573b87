import type { DataSource, ResourceType } from '../resource';
import type { Block } from '../schema/schema';
import schemas from '../schema/schemas.json';
import { blockOf, type WrittenBlock } from '../schema/written';
import { dashboard, metricAlarm } from './cloudwatch';
import { eventRule, eventTarget } from './events';
import { iamRole, iamRolePolicy } from './iam';
import { lambdaFunction } from './lambda-function';
import { lambdaAlias, lambdaEventInvokeConfig, lambdaPermission } from './lambda-grants';
import { lambdaInvocation, lambdaInvocationData } from './lambda-invocation';
import { logGroup } from './log-group';
import { route53Record } from './route53-record';
import { s3Bucket } from './s3-bucket';
import {
  s3BucketEncryption,
  s3BucketLifecycle,
  s3BucketPolicy,
  s3BucketPublicAccessBlock,
  s3BucketVersioning,
} from './s3-bucket-settings';
import { schedule, scheduleGroup } from './scheduler';
import {
  emailIdentity,
  emailIdentityData,
  emailIdentityPolicy,
  feedbackAttributes,
  mailFromAttributes,
} from './ses';
import { snsTopic } from './sns-topic';
import { snsTopicSubscription } from './sns-topic-subscription';

/** `data "aws_caller_identity"`. */
export const callerIdentity: DataSource = {
  read: async (context) => {
    const { Account, Arn, UserId } = await context.call('sts', 'GetCallerIdentity', {});
    return { id: Account, account_id: Account, arn: Arn, user_id: UserId };
  },
};

/** Every resource type that the provider has. */
export const RESOURCES = withBlocks<ResourceType>(schemas.resources, {
  aws_cloudwatch_dashboard: dashboard,
  aws_cloudwatch_event_rule: eventRule,
  aws_cloudwatch_event_target: eventTarget,
  aws_cloudwatch_log_group: logGroup,
  aws_cloudwatch_metric_alarm: metricAlarm,
  aws_iam_role: iamRole,
  aws_iam_role_policy: iamRolePolicy,
  aws_lambda_alias: lambdaAlias,
  aws_lambda_function: lambdaFunction,
  aws_lambda_function_event_invoke_config: lambdaEventInvokeConfig,
  aws_lambda_invocation: lambdaInvocation,
  aws_lambda_permission: lambdaPermission,
  aws_route53_record: route53Record,
  aws_s3_bucket: s3Bucket,
  aws_s3_bucket_lifecycle_configuration: s3BucketLifecycle,
  aws_s3_bucket_policy: s3BucketPolicy,
  aws_s3_bucket_public_access_block: s3BucketPublicAccessBlock,
  aws_s3_bucket_server_side_encryption_configuration: s3BucketEncryption,
  aws_s3_bucket_versioning: s3BucketVersioning,
  aws_scheduler_schedule: schedule,
  aws_scheduler_schedule_group: scheduleGroup,
  aws_sesv2_email_identity: emailIdentity,
  aws_sesv2_email_identity_feedback_attributes: feedbackAttributes,
  aws_sesv2_email_identity_mail_from_attributes: mailFromAttributes,
  aws_sesv2_email_identity_policy: emailIdentityPolicy,
  aws_sns_topic: snsTopic,
  aws_sns_topic_subscription: snsTopicSubscription,
});

/** Every data source that the provider has. */
export const DATA_SOURCES = withBlocks<DataSource>(schemas.dataSources, {
  aws_caller_identity: callerIdentity,
  aws_lambda_invocation: lambdaInvocationData,
  aws_sesv2_email_identity: emailIdentityData,
});

/** A resource's behaviour together with its schema. */
export type Schemed<T> = T & { readonly block: Block };

function withBlocks<T>(
  written: Readonly<Record<string, WrittenBlock>>,
  types: Readonly<Record<string, T>>,
): Readonly<Record<string, Schemed<T>>> {
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, { ...type, block: blockOf(written[name]!) }]),
  );
}

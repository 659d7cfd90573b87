import type { DataSource, ResourceType } from '../resource';
import { callerIdentity, partition, region } from './account';
import { emailIdentity, emailIdentityData } from './email-identity';
import { iamPolicyDocument } from './iam-policy-document';
import { iamRole } from './iam-role';
import { iamRolePolicy } from './iam-role-policy';
import { lambdaEventInvokeConfig } from './lambda-event-invoke-config';
import { lambdaFunction, lambdaFunctionData } from './lambda-function';
import { lambdaInvocation, lambdaInvocationData } from './lambda-invocation';
import { lambdaPermission } from './lambda-permission';
import { logGroup } from './log-group';
import { metricAlarm } from './metric-alarm';
import { route53Record } from './route53-record';
import { route53Zone } from './route53-zone';
import { s3Bucket, s3BucketData } from './s3-bucket';
import { s3BucketLifecycle } from './s3-bucket-lifecycle';
import {
  s3BucketEncryption,
  s3BucketOwnershipControls,
  s3BucketPolicy,
  s3BucketPublicAccessBlock,
  s3BucketVersioning,
} from './s3-bucket-settings';
import { s3Object } from './s3-object';
import { schedule } from './scheduler-schedule';
import { scheduleGroup } from './scheduler-schedule-group';
import { sesConfigurationSet } from './ses-configuration-set';
import { snsTopic, snsTopicData, snsTopicPolicy } from './sns';
import { snsTopicSubscription } from './sns-topic-subscription';
import { ssmParameter } from './ssm-parameter';

/** Every resource type that the provider has. */
export const RESOURCES: Readonly<Record<string, ResourceType>> = {
  aws_cloudwatch_log_group: logGroup,
  aws_cloudwatch_metric_alarm: metricAlarm,
  aws_iam_role: iamRole,
  aws_iam_role_policy: iamRolePolicy,
  aws_lambda_function: lambdaFunction,
  aws_lambda_function_event_invoke_config: lambdaEventInvokeConfig,
  aws_lambda_invocation: lambdaInvocation,
  aws_lambda_permission: lambdaPermission,
  aws_route53_record: route53Record,
  aws_s3_bucket: s3Bucket,
  aws_s3_bucket_lifecycle_configuration: s3BucketLifecycle,
  aws_s3_bucket_ownership_controls: s3BucketOwnershipControls,
  aws_s3_bucket_policy: s3BucketPolicy,
  aws_s3_bucket_public_access_block: s3BucketPublicAccessBlock,
  aws_s3_bucket_server_side_encryption_configuration: s3BucketEncryption,
  aws_s3_bucket_versioning: s3BucketVersioning,
  aws_s3_object: s3Object,
  aws_scheduler_schedule: schedule,
  aws_scheduler_schedule_group: scheduleGroup,
  aws_sesv2_configuration_set: sesConfigurationSet,
  aws_sesv2_email_identity: emailIdentity,
  aws_sns_topic: snsTopic,
  aws_sns_topic_policy: snsTopicPolicy,
  aws_sns_topic_subscription: snsTopicSubscription,
  aws_ssm_parameter: ssmParameter,
};

/** Every data source that the provider has. */
export const DATA_SOURCES: Readonly<Record<string, DataSource>> = {
  aws_caller_identity: callerIdentity,
  aws_iam_policy_document: iamPolicyDocument,
  aws_lambda_function: lambdaFunctionData,
  aws_lambda_invocation: lambdaInvocationData,
  aws_partition: partition,
  aws_region: region,
  aws_route53_zone: route53Zone,
  aws_s3_bucket: s3BucketData,
  aws_sesv2_email_identity: emailIdentityData,
  aws_sns_topic: snsTopicData,
};

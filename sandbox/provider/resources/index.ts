import type { DataSource, ResourceType } from '../resource';
import { callerIdentity, partition, region } from './account';
import { emailIdentity, emailIdentityData } from './email-identity';
import { iamPolicyDocument } from './iam-policy-document';
import { iamRole } from './iam-role';
import { iamRolePolicy } from './iam-role-policy';
import { lambdaFunction, lambdaFunctionData } from './lambda-function';
import { lambdaInvocation, lambdaInvocationData } from './lambda-invocation';
import { logGroup } from './log-group';
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

/** Every resource type that the provider has. */
export const RESOURCES: Readonly<Record<string, ResourceType>> = {
  aws_cloudwatch_log_group: logGroup,
  aws_iam_role: iamRole,
  aws_iam_role_policy: iamRolePolicy,
  aws_lambda_function: lambdaFunction,
  aws_lambda_invocation: lambdaInvocation,
  aws_s3_bucket: s3Bucket,
  aws_s3_bucket_lifecycle_configuration: s3BucketLifecycle,
  aws_s3_bucket_ownership_controls: s3BucketOwnershipControls,
  aws_s3_bucket_policy: s3BucketPolicy,
  aws_s3_bucket_public_access_block: s3BucketPublicAccessBlock,
  aws_s3_bucket_server_side_encryption_configuration: s3BucketEncryption,
  aws_s3_bucket_versioning: s3BucketVersioning,
  aws_s3_object: s3Object,
  aws_sesv2_email_identity: emailIdentity,
};

/** Every data source that the provider has. */
export const DATA_SOURCES: Readonly<Record<string, DataSource>> = {
  aws_caller_identity: callerIdentity,
  aws_iam_policy_document: iamPolicyDocument,
  aws_lambda_function: lambdaFunctionData,
  aws_lambda_invocation: lambdaInvocationData,
  aws_partition: partition,
  aws_region: region,
  aws_s3_bucket: s3BucketData,
  aws_sesv2_email_identity: emailIdentityData,
};

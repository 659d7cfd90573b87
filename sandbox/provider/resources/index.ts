import type { DataSource, ResourceType } from '../resource';
import { callerIdentity, partition, region } from './account';
import { emailIdentity, emailIdentityData } from './email-identity';
import { iamPolicyDocument } from './iam-policy-document';
import { iamRole } from './iam-role';
import { iamRolePolicy } from './iam-role-policy';
import { lambdaFunction, lambdaFunctionData } from './lambda-function';
import { lambdaInvocation, lambdaInvocationData } from './lambda-invocation';
import { logGroup } from './log-group';

/** Every resource type that the provider has. */
export const RESOURCES: Readonly<Record<string, ResourceType>> = {
  aws_cloudwatch_log_group: logGroup,
  aws_iam_role: iamRole,
  aws_iam_role_policy: iamRolePolicy,
  aws_lambda_function: lambdaFunction,
  aws_lambda_invocation: lambdaInvocation,
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
  aws_sesv2_email_identity: emailIdentityData,
};

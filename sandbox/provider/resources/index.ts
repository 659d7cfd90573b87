import type { DataSource, ResourceType } from '../resource';
import { emailIdentity, emailIdentityData } from './email-identity';
import { lambdaInvocation, lambdaInvocationData } from './lambda-invocation';

/** Every resource type that the provider has. */
export const RESOURCES: Readonly<Record<string, ResourceType>> = {
  aws_lambda_invocation: lambdaInvocation,
  aws_sesv2_email_identity: emailIdentity,
};

/** Every data source that the provider has. */
export const DATA_SOURCES: Readonly<Record<string, DataSource>> = {
  aws_lambda_invocation: lambdaInvocationData,
  aws_sesv2_email_identity: emailIdentityData,
};

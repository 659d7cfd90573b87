import { Sesv2EmailIdentityPolicy } from '@cdktf/provider-aws/lib/sesv2-email-identity-policy';
import { Fn, type ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { SEND_ACTIONS, SENDERS_POLICY } from '../handlers/contract/contract';
import type { Senders } from '../handlers/contract/settings/settings';
import { policyDocument } from './function-policy';

/** Lets other accounts send mail as the domain, with a policy of the SES identity. */
export function sendersPolicy(
  scope: Construct,
  {
    region,
    emailIdentity,
    arn,
  }: { readonly region?: string; readonly emailIdentity: string; readonly arn: string },
  { accounts, organization }: Senders,
  dependsOn: ITerraformDependable[],
): Sesv2EmailIdentityPolicy {
  const allow = (Sid: string, AWS: string | readonly string[], Condition?: object) => ({
    Sid,
    Effect: 'Allow',
    Principal: { AWS },
    Action: SEND_ACTIONS,
    Resource: arn,
    Condition,
  });
  const policy = {
    Version: '2012-10-17',
    Statement: [
      ...(accounts ? [allow('SendFromAccounts', accounts)] : []),
      ...(organization
        ? [allow('SendFromOrganization', '*', { StringEquals: { 'aws:PrincipalOrgID': organization } })]
        : []),
    ],
  };
  return new Sesv2EmailIdentityPolicy(scope, 'Senders', {
    region,
    emailIdentity,
    policyName: SENDERS_POLICY,
    policy: JSON.stringify(policy),
    dependsOn,
  });
}

/**
 * Formats the policy document (JSON) to send mail as the identity. SES asks for permission on the identity and, if one is used,
 * on the configuration set.
 */
export function sendEmailPolicy(identityArn: string, configurationSetName: string | undefined): string {
  const configurationSet =
    configurationSetName &&
    Fn.replace(identityArn, '/identity/.*$/', `configuration-set/${configurationSetName}`);
  return policyDocument([
    {
      sid: 'SendAsDomain',
      reason: 'To send mail as the domain.',
      actions: SEND_ACTIONS,
      resources: configurationSet ? [identityArn, configurationSet] : [identityArn],
    },
  ]);
}

/** Longest name of a policy that IAM accepts. */
const POLICY_NAME_LENGTH = 128;

/**
 * Returns the name of the inline policy on the sending role. Roles are global: without the region, the grant of one region
 * would replace that of another.
 *
 * An SES identity policy would be regional, but does not suffice: SES documents accounts, users and services as its
 * principals, not roles, and its only resource is the identity, while SES also asks for the configuration set
 * (SES Developer Guide, "Policy anatomy"; aws-cdk issue 34402).
 */
export const sendEmailPolicyName = (domain: string, region: string): string =>
  `send-email-${region}-as-${domain}`.slice(0, POLICY_NAME_LENGTH);

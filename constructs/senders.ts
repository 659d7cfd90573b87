import { Sesv2EmailIdentityPolicy } from '@cdktf/provider-aws/lib/sesv2-email-identity-policy';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { SEND_ACTIONS } from './send-email';

/** Other accounts that may send mail as the domain. */
export interface Senders {
  /** Ids of accounts, such as `123456789012`. @default none */
  readonly accounts?: readonly string[];
  /** Id of an AWS organisation, such as `o-a1b2c3d4e5`; each of its accounts may. @default none */
  readonly organization?: string;
}

const POLICY_NAME = 'byodkim-senders';

/** Lets other accounts send mail as the domain, by a policy of the SES identity. */
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
    policyName: POLICY_NAME,
    policy: JSON.stringify(policy),
    dependsOn,
  });
}

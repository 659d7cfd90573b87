import { Fn } from 'cdktf';
import { policyDocument } from './function-policy';

/** What it takes to send mail. */
export const SEND_ACTIONS = ['ses:SendEmail', 'ses:SendRawEmail'];

/**
 * Policy document (JSON): send mail as the identity. SES asks for permission on the identity and, where one is used,
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

/** IAM ends a policy's name here. */
const POLICY_NAME_LENGTH = 128;

/**
 * Name of the inline policy on the sending role. Roles are global: without the region, the grant of one region would
 * replace that of another.
 *
 * An SES identity policy would be regional, but does not suffice: SES documents accounts, users and services as its
 * principals, not roles, and its only resource is the identity, while SES also asks for the configuration set
 * (SES Developer Guide, "Policy anatomy"; aws-cdk issue 34402).
 */
export const sendEmailPolicyName = (domain: string, region: string): string =>
  `send-email-${region}-as-${domain}`.slice(0, POLICY_NAME_LENGTH);

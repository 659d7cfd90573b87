import { Fn } from 'cdktf';

/** What a grant of sending mail is limited to. */
export interface SendEmailGrant {
  /** Only with these From addresses (`*` allowed), e.g. `noreply@example.com`. @default any of the domain */
  readonly fromAddresses?: readonly string[];
}

/**
 * Policy document (JSON): send mail as the identity. SES asks for permission on the identity and, where one is used,
 * on the configuration set.
 */
export function sendEmailPolicy(
  identityArn: string,
  configurationSetName: string | undefined,
  { fromAddresses }: SendEmailGrant,
): string {
  const configurationSet =
    configurationSetName &&
    Fn.replace(identityArn, '/identity/.*$/', `configuration-set/${configurationSetName}`);
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'SendAsDomain',
        Effect: 'Allow',
        Action: ['ses:SendEmail', 'ses:SendRawEmail'],
        Resource: configurationSet ? [identityArn, configurationSet] : [identityArn],
        ...(fromAddresses && { Condition: { StringLike: { 'ses:FromAddress': fromAddresses } } }),
      },
    ],
  });
}

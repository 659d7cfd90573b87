import { given } from './common';
import { simpleResource } from './simple-resource';

const PUT = 'PutEmailIdentityMailFromAttributes';

/** `aws_sesv2_email_identity_mail_from_attributes`. Deleted, the identity has no MAIL FROM domain of its own. */
export const mailFromAttributes = simpleResource({
  what: 'SESv2 (Simple Email V2) Email Identity Mail From Attributes',
  service: 'ses',
  create: PUT,
  read: 'GetEmailIdentity',
  update: PUT,
  delete: PUT,
  identity: ({ email_identity: id }) => ({ id }),
  input: ({ id, mail_from_domain, behavior_on_mx_failure }) => {
    if (behavior_on_mx_failure === 'REJECT_MESSAGE' && !mail_from_domain)
      throw new Error('mail from domain is required if behavior on MX failure is REJECT_MESSAGE');
    const more = { MailFromDomain: mail_from_domain, BehaviorOnMxFailure: behavior_on_mx_failure };
    return { EmailIdentity: id, ...given(more) };
  },
  named: ({ id }) => ({ EmailIdentity: id }),
  state: ({ MailFromAttributes: { MailFromDomain, BehaviorOnMxFailure } = {} as any }, { id }) => ({
    email_identity: id,
    mail_from_domain: MailFromDomain ?? null,
    behavior_on_mx_failure: BehaviorOnMxFailure ?? null,
  }),
});

import type { ResourceType } from '../resource';
import { simpleResource } from './simple-resource';

const PUT = 'PutEmailIdentityFeedbackAttributes';

/** `aws_sesv2_email_identity_feedback_attributes`. Deleted, it leaves forwarding switched off, as the real one does. */
export const feedbackAttributes: ResourceType = simpleResource({
  what: 'SESv2 (Simple Email V2) Email Identity Feedback Attributes',
  service: 'ses',
  create: PUT,
  read: 'GetEmailIdentity',
  update: PUT,
  delete: PUT,
  identity: ({ email_identity: id }) => ({ id }),
  input: ({ id, email_forwarding_enabled }) => ({
    EmailIdentity: id,
    // The provider leaves false out, which is what SES takes for it.
    ...(email_forwarding_enabled && { EmailForwardingEnabled: true }),
  }),
  named: ({ id }) => ({ EmailIdentity: id }),
  state: ({ FeedbackForwardingStatus }, { id }) => ({
    email_identity: id,
    email_forwarding_enabled: FeedbackForwardingStatus ?? false,
  }),
});

import type { DataSource, ProviderContext, ResourceType, State } from '../resource';
import { keepSpelling } from '../schema/spelling';
import { doing, given } from './common';
import { stateOf } from './naming';
import { type SimpleResource, simpleResource } from './simple-resource';
import { tagList, tagMap, tagsByArn } from './tags';

const NAME = 'SESv2 (Simple Email V2) Email Identity';

/**
 * `aws_sesv2_email_identity`. Signing that was set elsewhere shows no diff. Its block of signing attributes is refused,
 * since with the real provider it either undoes BYODKIM or puts the private key into state.
 */
export const emailIdentity: ResourceType = {
  ...simpleResource({
    what: NAME,
    service: 'ses',
    create: 'CreateEmailIdentity',
    read: 'GetEmailIdentity',
    delete: 'DeleteEmailIdentity',
    identity: ({ email_identity: id }) => ({ id }),
    input: ({ id, tags_all, configuration_set_name }) => ({
      EmailIdentity: id,
      ...(Object.keys(tags_all ?? {}).length > 0 && { Tags: tagList(tags_all) }),
      ...given({ ConfigurationSetName: configuration_set_name }),
    }),
    named: ({ id }) => ({ EmailIdentity: id }),
    state: (answer, state, context) => flattened(context, state, answer),
    tagging: tagsByArn('ses'),
  }),
  update: async (context, prior, planned) => {
    if (prior.configuration_set_name === planned.configuration_set_name) return;
    await doing(
      `updating ${NAME} (${planned.id})`,
      context.call('ses', 'PutEmailIdentityConfigurationSetAttributes', {
        EmailIdentity: planned.id,
        ...given({ ConfigurationSetName: planned.configuration_set_name }),
      }),
    );
  },
};

export const emailIdentityData: DataSource = {
  read: async (context, config) => {
    const name = config.email_identity;
    const identity = await doing(
      `reading ${NAME} (${name})`,
      context.call('ses', 'GetEmailIdentity', { EmailIdentity: name }),
    );
    const state = flattened(context, { ...config, id: name }, identity);
    return { ...state, region: context.region, tags: tagMap(identity.Tags) };
  },
};

function flattened(context: ProviderContext, state: State, identity: any): State {
  const { DkimAttributes: dkim } = identity;
  return {
    ...state,
    ...stateOf('ses', 'GetEmailIdentityResponse', identity),
    tags: state.tags,
    arn: `arn:${context.partition}:ses:${context.region}:${context.accountId}:identity/${state.id}`,
    email_identity: state.id,
    // SES never returns the key.
    dkim_signing_attributes: dkim ? [stateOf('ses', 'DkimAttributes', dkim)] : [],
  };
}

const namesOf = (id: string) => {
  const [EmailIdentity, PolicyName] = id.split('|');
  return { EmailIdentity, PolicyName };
};

/** `aws_sesv2_email_identity_policy`: permits other principals to send as the identity. */
export const emailIdentityPolicy = simpleResource({
  what: 'SESv2 (Simple Email V2) Email Identity Policy',
  service: 'ses',
  create: 'CreateEmailIdentityPolicy',
  read: 'GetEmailIdentityPolicies',
  update: 'UpdateEmailIdentityPolicy',
  delete: 'DeleteEmailIdentityPolicy',
  identity: ({ email_identity, policy_name }) => ({ id: `${email_identity}|${policy_name}` }),
  input: ({ id, policy }) => ({ ...namesOf(id), Policy: policy }),
  named: ({ id }) => namesOf(id),
  state: ({ Policies }, { id, policy }) => {
    const { EmailIdentity: email_identity, PolicyName: policy_name = '' } = namesOf(id);
    const found = Policies[policy_name];
    return found === undefined ? null : { email_identity, policy_name, policy: keepSpelling(policy, found) };
  },
});

/**
 * Makes a resource that is one setting of an identity, which is put by a call of its own and read with the identity.
 */
const identitySetting = (
  operation: string,
  own: Pick<SimpleResource, 'what' | 'input' | 'state'>,
): ResourceType =>
  simpleResource({
    ...own,
    service: 'ses',
    put: operation,
    read: 'GetEmailIdentity',
    delete: operation,
    identity: ({ email_identity: id }) => ({ id }),
    named: ({ id }) => ({ EmailIdentity: id }),
  });

/**
 * `aws_sesv2_email_identity_feedback_attributes`. Its deletion leaves forwarding switched off, as with the real one.
 */
export const feedbackAttributes = identitySetting('PutEmailIdentityFeedbackAttributes', {
  what: 'SESv2 (Simple Email V2) Email Identity Feedback Attributes',
  input: ({ id, email_forwarding_enabled }) => ({
    EmailIdentity: id,
    // The provider omits false, and SES takes an absent value as false.
    ...(email_forwarding_enabled && { EmailForwardingEnabled: true }),
  }),
  state: ({ FeedbackForwardingStatus }, { id }) => ({
    email_identity: id,
    email_forwarding_enabled: FeedbackForwardingStatus ?? false,
  }),
});

/** `aws_sesv2_email_identity_mail_from_attributes`. Its deletion removes the identity's MAIL FROM domain. */
export const mailFromAttributes = identitySetting('PutEmailIdentityMailFromAttributes', {
  what: 'SESv2 (Simple Email V2) Email Identity Mail From Attributes',
  input: ({ id, mail_from_domain, behavior_on_mx_failure }) => {
    if (behavior_on_mx_failure === 'REJECT_MESSAGE' && !mail_from_domain)
      throw new Error('mail from domain is required if behavior on MX failure is REJECT_MESSAGE');
    const more = { MailFromDomain: mail_from_domain, BehaviorOnMxFailure: behavior_on_mx_failure };
    return { EmailIdentity: id, ...given(more) };
  },
  state: ({ MailFromAttributes: { MailFromDomain, BehaviorOnMxFailure } = {} as any }, { id }) => ({
    email_identity: id,
    mail_from_domain: MailFromDomain ?? null,
    behavior_on_mx_failure: BehaviorOnMxFailure ?? null,
  }),
});

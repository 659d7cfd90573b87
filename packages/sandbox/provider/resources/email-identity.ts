import type { DataSource, ProviderContext, ResourceType, State } from '../resource';
import { doing, given } from './common';
import { stateOf } from './naming';
import { simpleResource } from './simple-resource';
import { tagList, tagMap, tagsByArn } from './tags';

const NAME = 'SESv2 (Simple Email V2) Email Identity';

/**
 * `aws_sesv2_email_identity`. Signing that was set elsewhere gives no diff. Its block of signing attributes is refused: with
 * the real provider it undoes BYODKIM, or has the private key in state.
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
    // SES never gives the key back.
    dkim_signing_attributes: dkim ? [stateOf('ses', 'DkimAttributes', dkim)] : [],
  };
}

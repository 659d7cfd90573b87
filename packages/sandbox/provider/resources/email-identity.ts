import { isDeepStrictEqual } from 'node:util';
import type { DataSource, ProviderContext, ResourceType, State } from '../resource';
import { doing, given } from './common';
import { inputOf, stateOf } from './naming';
import { simpleResource } from './simple-resource';
import { tagList, tagMap, tagsByArn } from './tags';

const NAME = 'SESv2 (Simple Email V2) Email Identity';

/**
 * `aws_sesv2_email_identity`. Without its block, signing that was set elsewhere gives no diff. Any change inside
 * the block sends signing attributes of its own, and undoes BYODKIM unless it names a key.
 */
export const emailIdentity: ResourceType = {
  ...simpleResource({
    what: NAME,
    service: 'ses',
    create: 'CreateEmailIdentity',
    read: 'GetEmailIdentity',
    delete: 'DeleteEmailIdentity',
    identity: ({ email_identity: id }) => ({ id }),
    input: ({ id, tags_all, configuration_set_name, dkim_signing_attributes: signing }) => ({
      EmailIdentity: id,
      Tags: tagList(tags_all),
      ...given({ ConfigurationSetName: configuration_set_name }),
      ...(signing?.[0] && { DkimSigningAttributes: signingAttributes(signing[0]) }),
    }),
    named: ({ id }) => ({ EmailIdentity: id }),
    state: (answer, state, context) => flattened(context, state, answer),
    tagging: tagsByArn('ses'),
  }),
  update: async (context, prior, planned) => {
    const EmailIdentity = planned.id;
    const updating = (operation: string, input: object) =>
      doing(
        `updating ${NAME} (${EmailIdentity})`,
        context.call('ses', operation, { EmailIdentity, ...input }),
      );
    if (prior.configuration_set_name !== planned.configuration_set_name) {
      await updating(
        'PutEmailIdentityConfigurationSetAttributes',
        given({ ConfigurationSetName: planned.configuration_set_name }),
      );
    }
    if (!isDeepStrictEqual(prior.dkim_signing_attributes, planned.dkim_signing_attributes)) {
      const signing = planned.dkim_signing_attributes[0];
      await updating('PutEmailIdentityDkimSigningAttributes', {
        SigningAttributesOrigin: signing ? originOf(signing) : 'AWS_SES',
        ...(signing && { SigningAttributes: signingAttributes(signing) }),
      });
    }
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
  const configured = state.dkim_signing_attributes?.[0];
  return {
    ...state,
    ...stateOf('ses', 'GetEmailIdentityResponse', identity),
    tags: state.tags,
    arn: `arn:${context.partition}:ses:${context.region}:${context.accountId}:identity/${state.id}`,
    email_identity: state.id,
    dkim_signing_attributes: dkim
      ? [
          {
            // SES never gives the key back; what the configuration said stays.
            domain_signing_private_key: configured?.domain_signing_private_key,
            domain_signing_selector: configured?.domain_signing_selector,
            ...stateOf('ses', 'DkimAttributes', dkim),
          },
        ]
      : [],
  };
}

const signingAttributes = (block: State): object => inputOf('ses', 'DkimSigningAttributes', block);

/** As the provider chooses it: a key length, known from the last read for instance, means Easy DKIM. */
function originOf(block: State): 'AWS_SES' | 'EXTERNAL' {
  if (block.next_signing_key_length) return 'AWS_SES';
  return block.domain_signing_private_key || block.domain_signing_selector ? 'EXTERNAL' : 'AWS_SES';
}

import { type RestJsonRoute, restJson } from '../../wire/rest-json';

const identity = '/identities/{EmailIdentity}';

/** Paths below `/v2/email`. */
const ROUTES: readonly RestJsonRoute[] = [
  { operation: 'CreateEmailIdentity', method: 'POST', path: '/identities' },
  // Newer SDKs post the list's parameters, older ones and the `aws` command send them in the query.
  { operation: 'ListEmailIdentities', method: 'POST', path: '/list-identities' },
  {
    operation: 'ListEmailIdentities',
    method: 'GET',
    path: '/identities',
    query: { PageSize: 'PageSize', NextToken: 'NextToken' },
  },
  { operation: 'GetEmailIdentity', method: 'GET', path: identity },
  { operation: 'DeleteEmailIdentity', method: 'DELETE', path: identity },
  { operation: 'PutEmailIdentityDkimAttributes', method: 'PUT', path: `${identity}/dkim` },
  { operation: 'PutEmailIdentityDkimSigningAttributes', method: 'PUT', path: `${identity}/dkim/signing` },
  {
    operation: 'PutEmailIdentityConfigurationSetAttributes',
    method: 'PUT',
    path: `${identity}/configuration-set`,
  },
  { operation: 'TagResource', method: 'POST', path: '/tags' },
  {
    operation: 'UntagResource',
    method: 'DELETE',
    path: '/tags',
    query: { ResourceArn: 'ResourceArn', TagKeys: 'TagKeys' },
    decode: (input) => ({ ...input, TagKeys: [input.TagKeys ?? []].flat() }),
  },
  { operation: 'ListTagsForResource', method: 'GET', path: '/tags', query: { ResourceArn: 'ResourceArn' } },
  { operation: 'CreateConfigurationSet', method: 'POST', path: '/configuration-sets' },
  { operation: 'GetConfigurationSet', method: 'GET', path: '/configuration-sets/{ConfigurationSetName}' },
  {
    operation: 'DeleteConfigurationSet',
    method: 'DELETE',
    path: '/configuration-sets/{ConfigurationSetName}',
  },
];

/** The SDKs differ in the path of the signing Put: JavaScript says `/v2/email`, Python `/v1/email`. */
export const sesWire = restJson(
  ['/v2/email', '/v1/email'].flatMap((prefix) =>
    ROUTES.map((route) => ({ ...route, path: `${prefix}${route.path}` })),
  ),
);

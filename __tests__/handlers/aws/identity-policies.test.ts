import { sendersOf } from '../../../handlers/aws/identity-policies';

const SEND = ['ses:SendEmail', 'ses:SendRawEmail'];
const Resource = 'arn:aws:ses:us-east-1:123456789012:identity/example.com';
const ofOrganization = { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } };

/** Statements as in the SES Developer Guide, "Policy anatomy" and "Policy examples": with the text of each sender. */
test.each<[string, object | object[], Record<string, string>]>([
  [
    'accounts',
    { Principal: { AWS: ['111122223333', '444455556666'] } },
    { '111122223333': '111122223333', '444455556666': '444455556666' },
  ],
  [
    'an account by its root',
    { Principal: { AWS: 'arn:aws:iam::111122223333:root' } },
    { '111122223333': '111122223333' },
  ],
  [
    'a user',
    { Principal: { AWS: 'arn:aws:iam::111122223333:user/jo' } },
    { 'arn:aws:iam::111122223333:user/jo': 'arn:aws:iam::111122223333:user/jo' },
  ],
  [
    'a service',
    { Principal: { Service: ['codepipeline.amazonaws.com'] } },
    { 'codepipeline.amazonaws.com': 'codepipeline.amazonaws.com' },
  ],
  ['everyone', { Principal: '*' }, { '*': '*' }],
  ['everyone, in another form', [{ Principal: { AWS: '*' } }], { '*': '*' }],
  [
    'everyone but some',
    { NotPrincipal: { AWS: '111122223333' } },
    { '*': 'everyone but {"AWS":"111122223333"}' },
  ],
  [
    'an organisation',
    { Principal: { AWS: '*' }, Condition: ofOrganization },
    { 'o-a1b2c3d4e5': 'o-a1b2c3d4e5' },
  ],
  [
    'an organisation, and more conditions',
    { Principal: '*', Condition: { ...ofOrganization, Bool: { 'aws:SecureTransport': 'true' } } },
    {
      '*': '* if {"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"Bool":{"aws:SecureTransport":"true"}}',
    },
  ],
  [
    'everyone with an address',
    { Principal: '*', Condition: { StringEquals: { 'ses:FromAddress': 'jo@example.com' } } },
    { '*': '* if {"StringEquals":{"ses:FromAddress":"jo@example.com"}}' },
  ],
  [
    'more than to send',
    { Principal: { AWS: '111122223333' }, Action: 'ses:*' },
    { '111122223333': '111122223333 (ses:*)' },
  ],
  [
    'all but some actions',
    { Principal: { AWS: '111122223333' }, Action: undefined, NotAction: ['ses:DeleteEmailIdentity'] },
    { '111122223333': '111122223333 (any action but ses:DeleteEmailIdentity)' },
  ],
  ['nobody', { Effect: 'Deny', Principal: '*' }, {}],
])('finds the principals that may send by a policy: %s', (_, given, senders) => {
  const statements = [given].flat().map((each) => ({ Effect: 'Allow', Action: SEND, Resource, ...each }));
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  expect(sendersOf({ some: policy })).toEqual({
    some: Object.entries(senders).map(([who, text]) => ({ who, text })),
  });
});

test.each(['', '[', 'null', '{"Statement":[null]}'])(
  'finds no known principal in a policy that cannot be read: %j',
  (text) => {
    expect(sendersOf({ some: text })).toEqual({ some: [{ who: '(not readable)', text: '(not readable)' }] });
  },
);

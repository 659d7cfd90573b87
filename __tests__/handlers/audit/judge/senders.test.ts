import { sendersOf } from '../../../../handlers/aws/identity-policies';
import type { FakeCloud } from '../../../support/world';
import { rewriteLedger } from '../../transaction/support';
import { auditedCloud, giveManagedDomain } from '../managed-domain';

const DOMAIN = 'example.com';
const OURS = 'byodkim-senders';
/** The account of the function's scheduler role. */
const ACCOUNT = '999999999999';
const SENDERS = { accounts: ['222222222222', '111111111111'], organization: 'o-a1b2c3d4e5' };

const allow = (Principal: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action: ['ses:SendEmail', 'ses:SendRawEmail'],
  ...more,
});
const ofAccount = (account: string, more: object = {}) => allow({ AWS: account }, more);
const inOrganization = (organization: string) =>
  allow('*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } } });
const everyoneIf = (Condition: object) => allow('*', { Condition });
const DEPLOYED = [allow({ AWS: SENDERS.accounts }), inOrganization(SENDERS.organization)];

/** A domain whose identity has these policies, by the statements of each. */
function given(policies: Record<string, object[]>, owner: object | null = {}): FakeCloud {
  const cloud = auditedCloud({
    environment: { schedulerRoleArn: `arn:aws:iam::${ACCOUNT}:role/scheduler` },
  });
  giveManagedDomain(cloud, DOMAIN);
  rewriteLedger(cloud, (ledger) => ({
    ...ledger,
    owner: owner && { ...ledger.owner!, senders: SENDERS },
  }));
  const documents = Object.entries(policies).map(([name, Statement]) => [
    name,
    JSON.stringify({ Statement }),
  ]);
  cloud.ses.tamper(DOMAIN, { senders: sendersOf(Object.fromEntries(documents)) });
  return cloud;
}

async function found(cloud: FakeCloud): Promise<string[]> {
  const { domains } = await cloud.invoke({ action: 'audit' });
  const all: { code: string; found: string }[] = domains.flatMap((report: any) => report.findings);
  return all.map(({ code, found: text }) => `${code}: ${text}`);
}

const CHANGED = /^SENDERS_CHANGED: .*expected 111111111111, 222222222222, o-a1b2c3d4e5, found/;
const NOT_LISTED = /^SENDER_NOT_LISTED: The policy theirs of the identity lets/;
const EVERYONE = /^SENDER_NOT_LISTED: The policy theirs of the identity lets everyone \(/;

test.each<[string, Record<string, object[]>, RegExp[]]>([
  ['as deployed', { [OURS]: DEPLOYED }, []],
  ['everyone', { [OURS]: [allow('*')] }, [CHANGED]],
  ['nobody any more', {}, [/found nobody/]],
  [
    'a listed account, with all actions but some',
    {
      [OURS]: [
        ...DEPLOYED,
        ofAccount('111111111111', { Action: undefined, NotAction: ['ses:DeleteEmailIdentity'] }),
      ],
    },
    [CHANGED],
  ],
  ['everyone refused besides', { [OURS]: [...DEPLOYED, { ...allow('*'), Effect: 'Deny' }] }, []],
])('through our policy: %s', async (_, policies, expected) => {
  expect(await found(given(policies))).toEqual(expected.map((text) => expect.stringMatching(text)));
});

test.each<[string, object[], RegExp[]]>([
  ['listed senders', DEPLOYED, []],
  ['a listed account, on a condition', [ofAccount('111111111111', { Condition: { Bool: {} } })], []],
  ['the own account', [ofAccount(ACCOUNT), ofAccount(`arn:aws:iam::${ACCOUNT}:user/jo`)], []],
  ['another account', [ofAccount('666666666666')], [NOT_LISTED]],
  ['two other accounts', [allow({ AWS: ['666666666666', '777777777777'] })], [NOT_LISTED, NOT_LISTED]],
  ['another organisation', [inOrganization('o-6666666666')], [NOT_LISTED]],
  ['a service', [allow({ Service: 'codepipeline.amazonaws.com' })], [NOT_LISTED]],
  ['everyone', [allow('*')], [EVERYONE]],
  ['everyone, to do anything', [allow('*', { Action: 'ses:*' })], [EVERYONE]],
  ['everyone but one', [{ ...allow(undefined), NotPrincipal: { AWS: '111111111111' } }], [EVERYONE]],
  ['everyone, over TLS', [everyoneIf({ Bool: { 'aws:SecureTransport': 'true' } })], [EVERYONE]],
  [
    'everyone but an account',
    [everyoneIf({ StringNotEquals: { 'aws:PrincipalAccount': '000000000000' } })],
    [EVERYONE],
  ],
  [
    'everyone, from an address',
    [everyoneIf({ StringLike: { 'ses:FromAddress': '*@example.com' } })],
    [EVERYONE],
  ],
])('through a policy of others: %s', async (_, theirs, expected) => {
  const all = await found(given({ [OURS]: DEPLOYED, theirs }));
  expect(all).toEqual(expected.map((text) => expect.stringMatching(text)));
});

test('reports only public access if no stack owns the state, and does not judge our policy', async () => {
  const policies = { [OURS]: [allow('*')], theirs: [ofAccount('666666666666')], lax: [allow('*')] };
  expect(await found(given(policies, null))).toEqual([expect.stringMatching(/The policy lax .*everyone/)]);
});

import { functionPolicy } from '../../../constructs/function-policy';
import { ROLE_NAMES, ROLES } from '../../../constructs/roles';
import type { DeploymentNames } from '../../../constructs/roles/role';
import { invokePolicy } from '../../../constructs/scheduler';
import { objections } from './service-authorization';

const KEY = 'arn:aws:kms:ap-northeast-1:123456789012:key/3e2f7a52-0000-4000-8000-000000000000';
const whole: DeploymentNames = {
  partition: 'aws',
  region: 'ap-northeast-1',
  account: '123456789012',
  functionName: 'ses-byodkim',
  bucket: 'ses-byodkim-keys-*',
  kmsKeyArn: KEY,
  roles: { path: '/mail/', permissionsBoundary: 'arn:aws:iam::123456789012:policy/boundary' },
  withoutRegion: true,
  topics: true,
  dashboard: true,
  state: {
    bucket: 'example-state',
    region: 'eu-west-1',
    keyPrefix: 'byodkim/',
    kmsKeyArn: KEY,
  },
  hostedZoneIds: ['Z0123456789ABCDEFGHIJ'],
  recordNames: ['*._domainkey.example.com'],
  mailFrom: { domains: ['bounce.example.com'], hostedZoneIds: ['Z0123456789ABCDEFGHIJ'] },
  elsewhere: {
    hostedZoneIds: ['Z9876543210ABCDEFGHIJ'],
    recordNames: ['*._domainkey.example.net'],
    mailFrom: { domains: ['bounce.example.net'], hostedZoneIds: ['Z9876543210ABCDEFGHIJ'] },
    roleArns: ['arn:aws:iam::210987654321:role/dns'],
  },
  ownKeys: ['ses-byodkim-keys-*/dkim-certificates/example.com/*'],
  managedIdentities: ['example.com'],
  sharedIdentities: ['example.com'],
  sendEmailRoles: ['mailer'],
  configurationSets: ['transactional'],
};

describe.each(ROLE_NAMES)('the role %s', (name) => {
  it('uses only actions, resources and conditions that AWS knows', async () => {
    const found = await Promise.all(ROLES[name].statements(whole).map(objections));
    expect(found.flat()).toEqual([]);
  });
});

test('the function’s own policy uses only actions, resources and conditions that AWS knows', async () => {
  const statements = functionPolicy({
    partition: 'aws',
    region: 'ap-northeast-1',
    account: '123456789012',
    bucket: 'keys',
    scheduleGroup: 'ses-byodkim',
    schedulerRoleArn: 'arn:aws:iam::123456789012:role/scheduler',
    logGroup: '/aws/lambda/ses-byodkim',
    topicArns: ['arn:aws:sns:ap-northeast-1:123456789012:audit'],
    kmsKeyArn: KEY,
  });
  expect((await Promise.all(statements.map(objections))).flat()).toEqual([]);
});

test('the schedules may invoke the function, but no version or alias of it', () => {
  const arn = 'arn:aws:lambda:ap-northeast-1:123456789012:function:ses-byodkim';
  expect(invokePolicy(arn)).toMatchObject([{ actions: ['lambda:InvokeFunction'], resources: [arn] }]);
});

test('the deployer of control stacks ends no subscription of another topic', () => {
  const ends = ROLES['deploy-control']
    .statements(whole)
    .filter(({ actions }) => actions.includes('sns:Unsubscribe'));
  expect(ends.flatMap(({ resources }) => resources)).toEqual([
    'arn:aws:sns:ap-northeast-1:123456789012:ses-byodkim-*',
  ]);
});

describe('the reference', () => {
  const valid = ROLES.look.statements(whole)[0]!;

  it.each([
    ['an action that does not exist', { actions: ['lambda:InvokeFunctions'] }],
    ['a resource of another service', { resources: ['arn:aws:s3:::keys'] }],
    ['a resource beside the one that is meant', { resources: [...valid.resources, 'arn:aws:s3:::keys'] }],
    ['a condition that the action never reads', { condition: { StringEquals: { 's3:prefix': 'x' } } }],
  ])('objects to %s', async (_, broken) => {
    expect(await objections(valid)).toEqual([]);
    expect(await objections({ ...valid, ...broken })).not.toEqual([]);
  });
});

import type { Sandbox } from '../../aws/sandbox';
import { startSandbox } from '../../aws/sandbox';
import type { Principal } from '../../aws/service';
import type { IamService } from '../../aws/services/iam';

const SECOND_MS = 1000;
const ARN = 'arn:aws:iam::123456789012:role/r';
const ROLE: Principal = { type: 'role', roleName: 'r', roleArn: ARN, sessionName: 's' };
const EmailIdentity = 'example.com';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ sesRequestsPerSecond: Number.POSITIVE_INFINITY });
});
afterEach(() => sandbox.close());

const iam = (operation: string, input: object) => sandbox.call('iam', operation, { RoleName: 'r', ...input });
const document = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const TRUST = document({ Action: 'sts:AssumeRole', Principal: { Service: 'scheduler.amazonaws.com' } });
const makeRole = () => iam('CreateRole', { AssumeRolePolicyDocument: TRUST });
const grant = (Condition?: object) =>
  iam('PutRolePolicy', {
    PolicyName: 'p',
    PolicyDocument: document({ Action: ['ses:*', 'lambda:*'], Resource: '*', Condition }),
  });
const ses = (operation: string, input: object = {}) =>
  sandbox.call('ses', operation, { EmailIdentity, ...input }, ROLE);
const trusted = () => sandbox.service<IamService>('iam').trustsService(ARN, 'scheduler.amazonaws.com');
const later = (seconds: number) => sandbox.clock.advance(seconds * SECOND_MS);
const arrival = (seconds: number) =>
  fetch(`${sandbox.controlUrl}/arrival`, {
    method: 'PUT',
    body: JSON.stringify({ delayMs: seconds * SECOND_MS }),
  });

test('a policy counts when its time has come, and is shown at once', async () => {
  await makeRole();
  await arrival(60);
  await grant();
  await later(50);

  expect((await iam('ListRolePolicies', {})).PolicyNames).toEqual(['p']);
  await expect(ses('GetEmailIdentity')).rejects.toThrow('not authorized');
  await later(11);
  await expect(ses('GetEmailIdentity')).rejects.toThrow('does not exist');
});

test('a role that was just made trusts nobody yet', async () => {
  await arrival(60);
  await makeRole();
  const early = trusted();
  await later(61);

  expect([early, trusted()]).toEqual([false, true]);
});

test('a tag of an identity is not told before it counts', async () => {
  await makeRole();
  await grant({ StringEquals: { 'aws:ResourceTag/byodkim': 'managed' } });
  await arrival(60);
  const Tags = [{ Key: 'byodkim', Value: 'managed' }];
  const made = { EmailIdentity, Tags };
  await sandbox.call('ses', 'CreateEmailIdentity', made);

  const told = async () => (await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity })).Tags;
  expect(await told()).toBeUndefined();
  await expect(ses('GetEmailIdentity')).rejects.toThrow('not authorized');
  await later(61);
  expect(await told()).toEqual(Tags);
  await expect(ses('GetEmailIdentity')).resolves.toBeDefined();
});

test('a role is a principal of a bucket policy, or of a trust policy, once it has arrived', async () => {
  const { region } = sandbox;
  await sandbox.call('s3', 'CreateBucket', {
    Bucket: 'bucket',
    CreateBucketConfiguration: { LocationConstraint: region },
  });
  const Principal = { AWS: ARN };
  const open = () =>
    sandbox.call('s3', 'PutBucketPolicy', {
      Bucket: 'bucket',
      Policy: document({ Principal, Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/*' }),
    });
  const trust = () =>
    sandbox.call('iam', 'CreateRole', {
      RoleName: 'other',
      AssumeRolePolicyDocument: document({ Principal, Action: 'sts:AssumeRole' }),
    });
  await arrival(60);
  await makeRole();

  await expect(open()).rejects.toMatchObject({
    code: 'MalformedPolicy',
    message: 'Invalid principal in policy',
  });
  await expect(trust()).rejects.toMatchObject({ code: 'MalformedPolicyDocument' });
  await later(61);
  await expect(open()).resolves.toEqual({});
  await expect(trust()).resolves.toBeDefined();
});

const Tags = [{ Key: 'team', Value: 'mail' }];

test.each<[string, string, object, string, object]>([
  [
    'role',
    'iam',
    { RoleName: 'tagged', AssumeRolePolicyDocument: TRUST, Tags },
    'GetRole',
    { RoleName: 'tagged' },
  ],
  [
    'topic',
    'sns',
    { Name: 't', Tags },
    'GetTopicAttributes',
    { TopicArn: 'arn:aws:sns:ap-northeast-1:123456789012:t' },
  ],
  ['schedule group', 'scheduler', { Name: 'g', Tags }, 'GetScheduleGroup', { Name: 'g' }],
])('a tag of a %s counts when its time has come', async (kind, service, made, read, named) => {
  const create = { role: 'CreateRole', topic: 'CreateTopic', 'schedule group': 'CreateScheduleGroup' }[kind]!;
  await makeRole();
  await iam('PutRolePolicy', {
    PolicyName: 'p',
    PolicyDocument: document({
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'mail' } },
    }),
  });
  await arrival(60);
  await sandbox.call(service, create, made);

  const asRole = () => sandbox.call(service, read, named, ROLE);
  await expect(asRole()).rejects.toThrow('not authorized');
  await later(61);
  await expect(asRole()).resolves.toBeDefined();
});

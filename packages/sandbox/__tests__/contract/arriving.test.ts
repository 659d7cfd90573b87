import type { IamService } from '../../aws/services/iam';
import type { Principal } from '../../contract/service';
import { makeBucket, useSandbox } from '../use-sandbox';

const SECOND_MS = 1000;
const ARN = 'arn:aws:iam::123456789012:role/r';
const ROLE: Principal = { type: 'role', roleName: 'r', roleArn: ARN, sessionName: 's' };
const EmailIdentity = 'example.com';
const TOPIC = 'arn:aws:sns:ap-northeast-1:123456789012:t';

const sandbox = useSandbox({ sesRequestsPerSecond: Number.POSITIVE_INFINITY });

const iam = (operation: string, input: object) => sandbox.call('iam', operation, { RoleName: 'r', ...input });
const document = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const TRUST = document({ Action: 'sts:AssumeRole', Principal: { Service: 'scheduler.amazonaws.com' } });
const makeRole = () => iam('CreateRole', { AssumeRolePolicyDocument: TRUST });
const grant = (Condition?: object) =>
  iam('PutRolePolicy', {
    PolicyName: 'p',
    PolicyDocument: document({ Action: '*', Resource: '*', Condition }),
  });
const ses = (operation: string, input: object = {}) =>
  sandbox.call('ses', operation, { EmailIdentity, ...input }, { principal: ROLE });
const trusted = () => sandbox.service<IamService>('iam').trustsService(ARN, 'scheduler.amazonaws.com');
const later = (seconds: number) => sandbox.clock.advance(seconds * SECOND_MS);
const arrival = (seconds: number) =>
  fetch(`${sandbox.controlUrl}/arrival`, {
    method: 'PUT',
    body: JSON.stringify({ delayMs: seconds * SECOND_MS }),
  });

test('a policy takes effect once its time has come, and is shown at once', async () => {
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

test('a role can be a principal in a bucket policy, or in a trust policy, once it has arrived', async () => {
  await makeBucket(sandbox, 'bucket');
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

test.each<[string, object, string, object]>([
  [
    'iam:CreateRole',
    { RoleName: 'tagged', AssumeRolePolicyDocument: TRUST, Tags },
    'GetRole',
    { RoleName: 'tagged' },
  ],
  ['sns:CreateTopic', { Name: 't', Tags }, 'GetTopicAttributes', { TopicArn: TOPIC }],
  ['scheduler:CreateScheduleGroup', { Name: 'g', Tags }, 'GetScheduleGroup', { Name: 'g' }],
  ['ses:CreateEmailIdentity', { EmailIdentity, Tags }, 'GetEmailIdentity', { EmailIdentity }],
])('a tag that %s sets takes effect once its time has come', async (made, input, read, named) => {
  const [service, create] = made.split(':') as [string, string];
  await makeRole();
  await grant({ StringEquals: { 'aws:ResourceTag/team': 'mail' } });
  await arrival(60);
  await sandbox.call(service, create, input);

  const asRole = () => sandbox.call(service, read, named, { principal: ROLE });
  await expect(asRole()).rejects.toThrow('not authorized');
  await later(61);
  await expect(asRole()).resolves.toBeDefined();
});

test('a tag of an identity is not returned before it takes effect', async () => {
  await arrival(60);
  await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity, Tags });

  const told = async () => (await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity })).Tags;
  expect(await told()).toBeUndefined();
  await later(61);
  expect(await told()).toEqual(Tags);
});

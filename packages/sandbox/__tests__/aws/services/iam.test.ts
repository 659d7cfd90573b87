import type { IamService } from '../../../aws/services/iam';
import type { Principal } from '../../../contract/service';
import { useSandbox } from '../../use-sandbox';

const sandbox = useSandbox();

const policy = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const trust = (more: object = {}, ...services: string[]) =>
  policy({
    Action: 'sts:AssumeRole',
    Principal: { Service: ['lambda.amazonaws.com', ...services] },
    ...more,
  });
const TRUST = trust();
const call = (operation: string, input: object) =>
  sandbox.call('iam', operation, { RoleName: 'r', ...input });
const makeRole = (more: object = {}) => call('CreateRole', { AssumeRolePolicyDocument: TRUST, ...more });
const putPolicy = (PolicyDocument: string) => call('PutRolePolicy', { PolicyName: 'p', PolicyDocument });

const ROLE: Principal = {
  type: 'role',
  roleName: 'r',
  roleArn: 'arn:aws:iam::123456789012:role/r',
  sessionName: 's',
};

test('a trust policy names only existing roles', async () => {
  const AssumeRolePolicyDocument = trust({ Principal: { AWS: 'arn:aws:iam::123456789012:role/nobody' } });
  await expect(makeRole({ AssumeRolePolicyDocument })).rejects.toMatchObject({
    code: 'MalformedPolicyDocument',
    message: 'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/nobody"',
  });
});

test('a role has the permissions of a policy from the moment it is put until it is removed', async () => {
  await makeRole();
  const asRole = () => sandbox.call('iam', 'GetRole', { RoleName: 'r' }, { principal: ROLE });
  await expect(asRole()).rejects.toThrow('is not authorized to perform: iam:GetRole');
  await putPolicy(policy({ Action: 'iam:GetRole', Resource: 'arn:aws:iam::*:role/r' }));
  await expect(asRole()).resolves.toMatchObject({ Role: { RoleName: 'r' } });
  await call('DeleteRolePolicy', { PolicyName: 'p' });
  await expect(asRole()).rejects.toThrow('not authorized');
});

test.each([
  ['the service that it names', TRUST, true],
  ['one of several', trust({ Action: ['sts:*'] }, 'sns.amazonaws.com'), true],
  ['another service', trust({ Principal: { Service: 'sns.amazonaws.com' } }), false],
  ['another action', trust({ Action: 'sts:TagSession' }), false],
  ['an unmet condition', trust({ Condition: { StringEquals: { 'aws:SourceAccount': '1' } } }), false],
])('decides whether a service may assume a role: %s', async (_what, AssumeRolePolicyDocument, expected) => {
  const { Role } = await makeRole({ AssumeRolePolicyDocument });
  const iam = sandbox.service<IamService>('iam');
  expect(iam.trustsService(Role.Arn, 'lambda.amazonaws.com', { 'aws:SourceAccount': '2' })).toBe(expected);
});

test('refuses an invalid name, and the deletion of a missing policy', async () => {
  await expect(makeRole({ RoleName: 'a b' })).rejects.toMatchObject({ name: 'ValidationError' });
  await makeRole();
  const deleted = call('DeleteRolePolicy', { PolicyName: 'x' });
  await expect(deleted).rejects.toMatchObject({ name: 'NoSuchEntity' });
});

test.each([
  ['that is not JSON', '{'],
  ['without statements', '{"Statement":[]}'],
  ['of an unknown version', '{"Version":"2020","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'],
  ['with an effect that is none', policy({ Effect: 'Maybe' })],
  ['with an action without a service', policy({ Action: 'Get', Resource: '*' })],
  ['without resources', policy({ Action: 's3:*' })],
  ['with a principal', policy({ Action: 's3:*', Resource: '*', Principal: '*' })],
])('refuses a policy %s', async (_what, text) => {
  await makeRole();
  await expect(putPolicy(text)).rejects.toMatchObject({ name: 'MalformedPolicyDocument' });
});

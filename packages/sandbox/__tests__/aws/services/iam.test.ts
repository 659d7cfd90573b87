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

describe('managed policies', () => {
  const create = (PolicyName: string, PolicyDocument: string): Promise<any> =>
    sandbox.call('iam', 'CreatePolicy', { PolicyName, PolicyDocument });
  const asRole = () => sandbox.call('iam', 'GetRole', { RoleName: 'r' }, { principal: ROLE });
  const READ = policy({ Action: 'iam:GetRole', Resource: '*' });
  const OTHER = policy({ Action: 'iam:ListRoles', Resource: '*' });

  it('grant what they allow while they are attached', async () => {
    await makeRole();
    const { Policy } = await create('read', READ);
    await call('AttachRolePolicy', { PolicyArn: Policy.Arn });
    await expect(asRole()).resolves.toBeDefined();
    await expect(call('DeleteRole', {})).rejects.toMatchObject({ name: 'DeleteConflict' });
    await call('DetachRolePolicy', { PolicyArn: Policy.Arn });
    await expect(asRole()).rejects.toThrow('not authorized');
  });

  it('limit a role as its boundary, and are a condition of who makes it', async () => {
    const [read, other] = [await create('read', READ), await create('other', OTHER)];
    await makeRole({ PermissionsBoundary: other.Policy.Arn });
    await putPolicy(READ);
    await expect(asRole()).rejects.toThrow('because no permissions boundary allows the iam:GetRole action');
    await call('PutRolePermissionsBoundary', { PermissionsBoundary: read.Policy.Arn });
    await expect(asRole()).resolves.toMatchObject({
      Role: { PermissionsBoundary: { PermissionsBoundaryArn: read.Policy.Arn } },
    });

    const bound = policy({
      Action: ['iam:CreateRole', 'iam:PutRolePolicy'],
      Resource: '*',
      Condition: { StringEquals: { 'iam:PermissionsBoundary': read.Policy.Arn } },
    });
    await putPolicy(bound);
    await call('PutRolePermissionsBoundary', {
      PermissionsBoundary: (await create('all', policy({ Action: '*', Resource: '*' }))).Policy.Arn,
    });
    const made = (RoleName: string, PermissionsBoundary?: string) =>
      sandbox.call(
        'iam',
        'CreateRole',
        { RoleName, AssumeRolePolicyDocument: TRUST, PermissionsBoundary },
        { principal: ROLE },
      );
    await expect(made('free')).rejects.toThrow('not authorized');
    await expect(made('else', other.Policy.Arn)).rejects.toThrow('not authorized');
    await expect(made('bound', read.Policy.Arn)).resolves.toBeDefined();
  });

  it('are refused beyond 6,144 characters without white space, and beyond ten on a role', async () => {
    const ofSize = (most: number) => {
      const shell = policy({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/' });
      return shell.replace('/"', `/${'x'.repeat(most - shell.length)}"`);
    };
    await expect(create('long', ofSize(6_145))).rejects.toMatchObject({ name: 'LimitExceeded' });
    await expect(create('full', ofSize(6_144).replace(',', ',\n '))).resolves.toBeDefined();
    await makeRole();
    for (let n = 1; n <= 11; n++) {
      const { Policy } = await create(`p${n}`, READ);
      const attached = call('AttachRolePolicy', { PolicyArn: Policy.Arn });
      if (n <= 10) await attached;
      else await expect(attached).rejects.toMatchObject({ name: 'LimitExceeded' });
    }
  });
});

import { policy, trusting, unwrapped, useFixture } from '../fixture';
import { ref } from '../stack';

const world = useFixture();

const role = (more: object = {}, resources: object = {}) => ({
  resource: {
    aws_iam_role: { it: { name: 'role', assume_role_policy: trusting('lambda.amazonaws.com'), ...more } },
    ...resources,
  },
});

test.each([
  ['a trust policy that is not JSON', role({ assume_role_policy: '{' }), 'contains an invalid JSON policy'],
  [
    'managed policies',
    role({ managed_policy_arns: ['arn:aws:iam::aws:policy/x'] }),
    'use aws_iam_role_policy',
  ],
])('refuses %s, at plan', async (_what, configuration, message) => {
  world.stack.write(configuration);
  const { exitCode, output } = await world.stack.run('plan');

  expect(exitCode).toBe(1);
  expect(unwrapped(output)).toContain(message);
});

test('fails a policy that IAM refuses, and keeps the role', async () => {
  const { stack } = world;
  const nothing = { it: { role: ref('aws_iam_role.it.name'), name: 'p', policy: '{"Statement":[]}' } };
  stack.write(role({}, { aws_iam_role_policy: nothing }));
  const { exitCode, output } = await stack.run('apply', '-auto-approve');

  expect(exitCode).toBe(1);
  expect(unwrapped(output)).toContain('putting IAM Role (role) Policy (p)');
  expect(unwrapped(output)).toContain('MalformedPolicyDocument');
  expect(Object.keys(await stack.state())).toEqual(['aws_iam_role.it']);
});

test('fails to delete a role that still has a policy', async () => {
  const { sandbox, stack } = world;
  await stack.apply(role());
  const PolicyDocument = policy({ Action: 's3:*', Resource: '*' });
  const named = { RoleName: 'role', PolicyName: 'stray' };
  await sandbox.call('iam', 'PutRolePolicy', { ...named, PolicyDocument });
  const { exitCode, output } = await stack.run('destroy', '-auto-approve');
  await sandbox.call('iam', 'DeleteRolePolicy', named);

  expect(exitCode).toBe(1);
  expect(unwrapped(output)).toContain('DeleteConflict');
});

test('the policy document comes out as the provider writes it', async () => {
  const { stack } = world;
  await stack.apply({
    data: {
      aws_iam_policy_document: {
        it: {
          statement: [
            {
              sid: 'Keys',
              actions: ['s3:GetObject', 's3:PutObject'],
              resources: ['arn:aws:s3:::b/*'],
              condition: [{ test: 'StringEquals', variable: 'aws:ResourceTag/byodkim', values: ['managed'] }],
            },
            {
              effect: 'Deny',
              not_actions: ['s3:*'],
              resources: ['*'],
              principals: [
                { type: 'Service', identifiers: ['b.amazonaws.com', 'a.amazonaws.com'] },
                { type: 'AWS', identifiers: ['1'] },
              ],
            },
          ],
        },
      },
    },
    output: { json: { value: ref('data.aws_iam_policy_document.it.json') } },
  });

  expect(JSON.parse((await stack.output()).json)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Keys',
        Effect: 'Allow',
        Action: ['s3:PutObject', 's3:GetObject'],
        Resource: 'arn:aws:s3:::b/*',
        Condition: { StringEquals: { 'aws:ResourceTag/byodkim': 'managed' } },
      },
      {
        Effect: 'Deny',
        NotAction: 's3:*',
        Resource: '*',
        Principal: { AWS: '1', Service: ['b.amazonaws.com', 'a.amazonaws.com'] },
      },
    ],
  });
});

test('the account, the region and the partition are told', async () => {
  const { stack } = world;
  await stack.apply({
    data: { aws_caller_identity: { it: {} }, aws_region: { it: {} }, aws_partition: { it: {} } },
    output: {
      it: {
        value: [
          ref('data.aws_caller_identity.it.account_id'),
          ref('data.aws_region.it.region'),
          ref('data.aws_partition.it.partition'),
        ],
      },
    },
  });

  expect((await stack.output()).it).toEqual(['123456789012', 'ap-northeast-1', 'aws']);
});

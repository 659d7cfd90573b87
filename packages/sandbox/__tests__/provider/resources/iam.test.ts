import { trusting, unwrapped, useFixture } from '../fixture';
import { ref } from '../stack';

const world = useFixture();

const role = (more: object = {}, resources: object = {}) => ({
  resource: {
    aws_iam_role: { it: { name: 'role', assume_role_policy: trusting('lambda.amazonaws.com'), ...more } },
    ...resources,
  },
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

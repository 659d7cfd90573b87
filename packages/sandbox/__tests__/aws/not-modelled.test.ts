import { NOT_MODELLED } from '../../aws/not-modelled';
import { type Sandbox, startSandbox } from '../../aws/sandbox';
import type { Shape } from '../../wire/model';
import { modelOf } from '../../wire/models';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

test.each(Object.entries(NOT_MODELLED))('%s has the members that are refused', (name, members) => {
  const [service, operation] = name.split(':') as [string, string];
  const { input } = modelOf(service)!.operations.get(operation)!;
  const told = members.split(/\s+/);
  expect(
    told.filter((member) =>
      member.split('.').reduce<Shape | undefined>((shape, part) => shape?.members.get(part), input),
    ),
  ).toEqual(told);
});

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
});
const role = { RoleName: 'narrow', AssumeRolePolicyDocument: TRUST };

it('refuses by name what it would not heed, and does nothing', async () => {
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

  await expect(sandbox.call('iam', 'CreateRole', { ...role, PermissionsBoundary })).rejects.toMatchObject({
    name: 'NotImplemented',
    statusCode: 501,
    message: 'AWS has iam:CreateRole with PermissionsBoundary; the sandbox has not.',
  });

  await expect(sandbox.call('iam', 'GetRole', { RoleName: 'narrow' })).rejects.toThrow('cannot be found');
});

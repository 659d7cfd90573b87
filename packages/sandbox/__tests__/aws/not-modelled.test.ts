import type { Shape } from '../../wire/model';
import { MODEL_FILES, modelOf } from '../../wire/models';
import { untoldOf } from '../../wire/untold';
import { useOneSandbox } from '../use-sandbox';

const sandbox = useOneSandbox();

const REFUSED = Object.keys(MODEL_FILES).flatMap((service) =>
  Object.entries(untoldOf(service).refused ?? {}).map(
    ([operation, members]) => [service, operation, members!] as const,
  ),
);

test.each(REFUSED)('%s:%s has the refused members', (service, operation, members) => {
  const { input } = modelOf(service)!.operations.get(operation)!;
  const told = members.split(' ');
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

it('refuses members by name that it would ignore, and does nothing', async () => {
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

  await expect(sandbox.call('iam', 'CreateRole', { ...role, PermissionsBoundary })).rejects.toMatchObject({
    name: 'NotImplemented',
    statusCode: 501,
    message: 'AWS has iam:CreateRole with PermissionsBoundary; the sandbox has not.',
  });

  await expect(sandbox.call('iam', 'GetRole', { RoleName: 'narrow' })).rejects.toThrow('cannot be found');
});

import { unwrapped, useFixture } from '../fixture';

const world = useFixture();

const parameter = (value: string, more: object = {}) => ({
  resource: { aws_ssm_parameter: { it: { name: '/a/b', type: 'String', value, ...more } } },
});

test('fails when a fault is set at its call, and is made when it is lifted', async () => {
  const { sandbox, stack } = world;
  sandbox.faults.add({ operation: 'ssm:PutParameter', kind: 'deny', admin: true });
  stack.write(parameter('one'));
  const failed = await stack.run('apply', '-auto-approve');
  sandbox.faults.clear();

  expect(failed.exitCode).toBe(1);
  expect(unwrapped(failed.output)).toContain('creating SSM Parameter (/a/b)');
  expect(await stack.apply()).toContain('1 added');
});

test('a new value is a new version', async () => {
  const { stack } = world;
  await stack.apply(parameter('one'));
  await stack.apply(parameter('two'));

  expect((await stack.state())['aws_ssm_parameter.it']).toMatchObject({ value: 'two', version: 2 });
  expect(await stack.planIsEmpty()).toBe(true);
});

test('each try of a call whose connection breaks is one call more', async () => {
  const { sandbox, stack } = world;
  sandbox.calls.length = 0;
  sandbox.faults.add({ operation: 'ssm:PutParameter', kind: 'resetBefore', times: 2, admin: true });
  await stack.apply(parameter('one'));

  const puts = sandbox.calls.filter(({ operation }) => operation === 'PutParameter');
  expect(puts.map(({ outcome }) => outcome)).toEqual(['resetBefore', 'resetBefore', 'ok']);
});

test('refuses a parameter without a value, at plan', async () => {
  world.stack.write({ resource: { aws_ssm_parameter: { it: { name: '/a/b', type: 'String' } } } });
  const { exitCode, output } = await world.stack.run('plan');

  expect(exitCode).toBe(1);
  expect(unwrapped(output)).toContain('must be specified');
});

import { type Sandbox, startSandbox } from '../../../aws/sandbox';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
  await call('PutParameter', { Name: '/a/b', Type: 'String', Value: 'one' });
});
afterEach(() => sandbox.close());

const call = (operation: string, input: object) => sandbox.call('ssm', operation, input);

test('a parameter is read as it was put, and its version counts', async () => {
  await call('PutParameter', { Name: '/a/b', Type: 'String', Value: 'two', Overwrite: true });
  expect((await call('GetParameter', { Name: '/a/b' })).Parameter).toMatchObject({
    ARN: 'arn:aws:ssm:ap-northeast-1:123456789012:parameter/a/b',
    Type: 'String',
    Value: 'two',
    Version: 2,
  });
});

test('refuses to overwrite unless asked to', async () => {
  const again = call('PutParameter', { Name: '/a/b', Type: 'String', Value: 'two' });
  await expect(again).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
});

test('refuses a parameter that is not there', async () => {
  await call('DeleteParameter', { Name: '/a/b' });
  await expect(call('GetParameter', { Name: '/a/b' })).rejects.toMatchObject({ name: 'ParameterNotFound' });
});

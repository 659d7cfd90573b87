import { defaultProvider } from '../../../handlers/aws/sdk-substitutes';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test('credentials are those that Lambda puts into the environment', async () => {
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 't',
  });
  expect(await defaultProvider()()).toEqual({
    accessKeyId: 'id',
    secretAccessKey: 'secret',
    sessionToken: 't',
  });
});

test('credentials fail with the name that the SDK gives it where there are none', async () => {
  delete process.env.AWS_SECRET_ACCESS_KEY;
  await expect(defaultProvider()()).rejects.toMatchObject({
    name: 'CredentialsProviderError',
    message: expect.stringContaining('no credentials'),
  });
});

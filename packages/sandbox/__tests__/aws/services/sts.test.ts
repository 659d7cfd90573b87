import type { Credentials } from '../../../contract/credentials';
import { useSandbox } from '../../use-sandbox';
import { signedFetch } from '../../wire/signed';

describe('a session of a role', () => {
  const sandbox = useSandbox();
  let roleArn: string;
  const trust = (statement: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', ...statement },
    });
  beforeEach(async () => {
    const { Role } = await sandbox.call('iam', 'CreateRole', {
      RoleName: 'deployer',
      AssumeRolePolicyDocument: trust({ Principal: { AWS: `arn:aws:iam::${sandbox.accountId}:root` } }),
    });
    roleArn = Role.Arn;
  });

  const assume = (input: object = {}) =>
    sandbox.call('sts', 'AssumeRole', { RoleArn: roleArn, RoleSessionName: 'me', ...input });
  const trustOnly = (statement: object) =>
    sandbox.call('iam', 'UpdateAssumeRolePolicy', { RoleName: 'deployer', PolicyDocument: trust(statement) });
  const whoAmI = (credentials: Credentials) =>
    signedFetch(sandbox, {
      service: 'sts',
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
      credentials,
    });

  it('signs as the role until it expires', async () => {
    const { Credentials: given, AssumedRoleUser } = await assume({ DurationSeconds: 900 });
    const { Role } = await sandbox.call('iam', 'GetRole', { RoleName: 'deployer' });
    expect(AssumedRoleUser.AssumedRoleId).toBe(`${Role.RoleId}:me`);
    const credentials = {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
    };
    const arn = `arn:aws:sts::${sandbox.accountId}:assumed-role/deployer/me`;
    expect(AssumedRoleUser.Arn).toBe(arn);
    expect(await (await whoAmI(credentials)).text()).toContain(`<Arn>${arn}</Arn>`);
    await sandbox.clock.advance(900_000);
    expect((await whoAmI(credentials)).status).toBe(403);
  });

  it('is refused if the trust policy names another role, or requires an external id', async () => {
    const { Role: other } = await sandbox.call('iam', 'CreateRole', {
      RoleName: 'other',
      AssumeRolePolicyDocument: trust({ Principal: { Service: 'lambda.amazonaws.com' } }),
    });
    await trustOnly({ Principal: { AWS: other.Arn } });
    await expect(assume()).rejects.toMatchObject({ code: 'AccessDenied', statusCode: 403 });
    await trustOnly({ Principal: { AWS: '*' }, Condition: { StringEquals: { 'sts:ExternalId': 'xyz' } } });
    await expect(assume()).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(assume({ ExternalId: 'xyz' })).resolves.toBeDefined();
  });

  it('is refused for a missing role, in the same words', async () => {
    await expect(assume({ RoleArn: `${roleArn}-not` })).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  it('is no longer than the role allows', async () => {
    await expect(assume({ DurationSeconds: 3601 })).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
  });
});

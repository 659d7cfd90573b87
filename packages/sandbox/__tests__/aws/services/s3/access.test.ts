import { type Sandbox, startSandbox } from '../../../../aws/sandbox';
import { createKms } from '../../../../aws/services/kms';
import { createS3 } from '../../../../aws/services/s3';
import type { SandboxOptions, ServiceFactory } from '../../../../contract/core';
import type { PolicyStatement, Principal } from '../../../../contract/service';
import { makeBucket } from '../../../use-sandbox';

const Bucket = 'keys';
const BUCKET_ARN = 'arn:aws:s3:::keys';
const KEY_ARN = 'arn:aws:kms:ap-northeast-1:123456789012:key/1111';
const ROLE_ARN = 'arn:aws:iam::123456789012:role/Handler';
const ROLE: Principal = {
  ...{ type: 'role', roleName: 'Handler', roleArn: ROLE_ARN, sessionName: 'session' },
};

describe('access to S3', () => {
  let statements: PolicyStatement[];
  let sandbox: Sandbox;

  const host: ServiceFactory = (core) => {
    core.providePolicies({ rolePolicies: () => [{ Statement: statements }] });
    return { name: 'host', operations: {} };
  };
  const allow = (
    Action: string | string[],
    Resource: string,
    more: Partial<PolicyStatement> = {},
  ): PolicyStatement => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...more,
  });

  async function start(options: SandboxOptions = {}) {
    await sandbox?.close();
    sandbox = await startSandbox({ services: [host, createKms, createS3], ...options });
    await makeBucket(sandbox, Bucket);
    await sandbox.call('s3', 'PutObject', { Bucket, Key: 'a/k', Body: 'secret' });
  }
  beforeEach(async () => {
    statements = [];
    await start();
  });
  afterEach(() => sandbox.close());

  const call = (operation: string, input: object, region?: string) =>
    sandbox.call('s3', operation, { Bucket, ...input }, { principal: ROLE, region });
  const get = (Key = 'a/k', region?: string) => call('GetObject', { Key }, region);
  const put = (Key: string, more: object = {}) => call('PutObject', { Key, Body: 'x', ...more });
  const list = (Prefix: string) => call('ListObjectsV2', { Prefix });
  const denied = (action: string) => ({
    name: 'AccessDenied',
    message: expect.stringContaining(`not authorized to perform: ${action} on resource: ${BUCKET_ARN}`),
  });

  it('fails without a permission, which the message names', async () => {
    await expect(get()).rejects.toMatchObject(denied('s3:GetObject'));
    await expect(put('a/new')).rejects.toMatchObject(denied('s3:PutObject'));
    await expect(list('')).rejects.toMatchObject(denied('s3:ListBucket'));
  });

  it('reveals that an object is missing only to callers that may list', async () => {
    statements = [allow('s3:GetObject', `${BUCKET_ARN}/*`)];
    await expect(get('none')).rejects.toMatchObject(denied('s3:ListBucket'));
    await expect(call('HeadObject', { Key: 'none' })).rejects.toMatchObject({ statusCode: 403 });
    statements.push(allow('s3:ListBucket', BUCKET_ARN));
    await expect(get('none')).rejects.toMatchObject({ name: 'NoSuchKey', statusCode: 404 });
  });

  it('reveals a bucket’s region to any caller that asks in a different region', async () => {
    statements = [];
    await expect(get('a/k', 'us-east-1')).rejects.toMatchObject({
      ...{
        name: 'PermanentRedirect',
        statusCode: 301,
        message: expect.stringMatching(/ to this endpoint\.$/),
      },
      detail: {
        ...{ Bucket, Endpoint: `${Bucket}.s3-ap-northeast-1.amazonaws.com` },
        headers: { 'x-amz-bucket-region': 'ap-northeast-1' },
      },
    });
  });

  describe('under a bucket policy', () => {
    const putPolicy = (...Statement: PolicyStatement[]) =>
      sandbox.call('s3', 'PutBucketPolicy', {
        Bucket,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
      });
    const tlsOnly: PolicyStatement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [BUCKET_ARN, `${BUCKET_ARN}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };

    it('fails over plain HTTP for everyone until the administrator repairs the policy', async () => {
      await start({ secureTransport: false });
      statements = [allow('s3:*', '*')];
      await putPolicy(tlsOnly);
      await expect(get()).rejects.toThrow('with an explicit deny in a resource-based policy');
      await expect(sandbox.call('s3', 'GetObject', { Bucket, Key: 'a/k' })).rejects.toMatchObject({
        code: 'AccessDenied',
      });
      await sandbox.call('s3', 'DeleteBucketPolicy', { Bucket });
      await get();
    });

    it('denies keys to all callers except the role in the policy, including the administrator', async () => {
      statements = [allow('s3:*', '*')];
      const unless = (arn: string): PolicyStatement => ({
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:GetObject*',
        Resource: `${BUCKET_ARN}/a/*`,
        Condition: { ArnNotLike: { 'aws:PrincipalArn': [arn, 'arn:aws:iam::123456789012:role/audit-*'] } },
      });
      await putPolicy(unless(`${ROLE_ARN}2`));
      await expect(get()).rejects.toThrow('with an explicit deny in a resource-based policy');
      await put('a/new');
      await putPolicy(unless(ROLE_ARN));
      await get();
      const byAdmin = sandbox.call('s3', 'GetObject', { Bucket, Key: 'a/k' });
      await expect(byAdmin).rejects.toMatchObject({ code: 'AccessDenied' });
    });

    it('excludes by NotPrincipal only a caller that it names with session and account', async () => {
      statements = [allow('s3:*', '*')];
      const unless = (...AWS: string[]): PolicyStatement => ({
        Effect: 'Deny',
        NotPrincipal: { AWS },
        Action: 's3:GetObject',
        Resource: `${BUCKET_ARN}/*`,
      });
      await putPolicy(unless(ROLE_ARN, '123456789012'));
      await expect(get()).rejects.toMatchObject({ name: 'AccessDenied' });
      const session = 'arn:aws:sts::123456789012:assumed-role/Handler/session';
      await putPolicy(unless(session, ROLE_ARN, '123456789012'));
      await get();
    });

    it.each(['s3:ResourceAccount', 'aws:ResourceAccount'])('knows the bucket’s owner by %s', async (key) => {
      const only = (account: string) =>
        allow('s3:GetObject', `${BUCKET_ARN}/*`, { Condition: { StringEquals: { [key]: account } } });
      statements = [only('210987654321')];
      await expect(get()).rejects.toMatchObject({ name: 'AccessDenied' });
      statements = [only('123456789012')];
      await get();
    });

    const readable = allow('s3:GetObject', `${BUCKET_ARN}/*`, { Principal: { AWS: ROLE_ARN } });
    it.each<[string, Partial<PolicyStatement>, string]>([
      ['names nobody', { Principal: undefined }, 'Missing required field Principal'],
      ['names somebody by half', { Principal: { AWS: 'Handler' } }, 'Invalid principal in policy'],
      ['is about another service', { Action: 'ses:GetEmailIdentity' }, 'Policy has invalid action'],
      ['is about another bucket', { Resource: 'arn:aws:s3:::other/*' }, 'Policy has invalid resource'],
      ['names an action on objects for the bucket', { Resource: BUCKET_ARN }, 'Action does not apply'],
      [
        'names an action on the bucket for objects',
        { Action: 's3:ListBucket', Resource: `${BUCKET_ARN}/a` },
        'Action does not apply',
      ],
    ])('refuses a policy that %s', async (_, breach, message) => {
      await putPolicy(readable);
      await expect(putPolicy({ ...readable, ...breach })).rejects.toMatchObject({
        code: 'MalformedPolicy',
        message: expect.stringContaining(message),
      });
    });

    it('refuses a policy that makes the bucket public, as long as that is blocked', async () => {
      const open = allow('s3:GetObject', `${BUCKET_ARN}/*`, { Principal: '*' });
      await expect(putPolicy(open)).rejects.toMatchObject({ code: 'AccessDenied' });
      await sandbox.call('s3', 'DeletePublicAccessBlock', { Bucket });
      await putPolicy(open);
    });
  });

  describe('to objects encrypted with a named KMS key', () => {
    const encrypted = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY_ARN };

    it('needs the permission to use the key, for writing and for reading', async () => {
      statements = [allow('s3:*', '*')];
      await expect(put('a/new', encrypted)).rejects.toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining(`kms:GenerateDataKey on resource: ${KEY_ARN}`),
      });
      statements.push(allow('kms:GenerateDataKey', KEY_ARN));
      expect(await put('a/new', encrypted)).toMatchObject(encrypted);
      await expect(get('a/new')).rejects.toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining(`kms:Decrypt on resource: ${KEY_ARN}`),
      });
      const viaS3 = { StringEquals: { 'kms:ViaService': 's3.ap-northeast-1.amazonaws.com' } };
      statements.push(allow('kms:Decrypt', KEY_ARN, { Condition: viaS3 }));
      expect(await get('a/new')).toMatchObject(encrypted);
    });
  });
});

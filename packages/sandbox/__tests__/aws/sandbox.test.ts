import { once } from 'node:events';
import http from 'node:http';
import { GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import type { Credentials } from '../../aws/credentials';
import { connectSandbox, type RemoteSandbox } from '../../aws/remote';
import { type Sandbox, startSandbox } from '../../aws/sandbox';

describe('the sandbox', () => {
  let sandbox: Sandbox;
  let remote: RemoteSandbox;
  beforeEach(async () => {
    sandbox = await startSandbox();
    remote = connectSandbox(sandbox.url);
  });
  afterEach(() => sandbox.close());

  describe('from another process', () => {
    it('takes calls as the administrator', async () => {
      expect(await remote.call('sts', 'GetCallerIdentity', {})).toMatchObject({ Account: sandbox.accountId });
    });

    it('carries bytes and times', async () => {
      await remote.call('s3', 'CreateBucket', {
        Bucket: 'bytes',
        CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-1' },
      });
      await remote.call('s3', 'PutObject', { Bucket: 'bytes', Key: 'k', Body: Buffer.from([0, 255, 1]) });
      const { Body, LastModified } = await remote.call('s3', 'GetObject', { Bucket: 'bytes', Key: 'k' });
      expect(Body).toEqual(Buffer.from([0, 255, 1]));
      expect(LastModified).toBeInstanceOf(Date);
    });

    it('keeps regions apart', async () => {
      await remote.call('ses', 'CreateEmailIdentity', { EmailIdentity: 'example.com' }, 'us-east-1');
      const get = (region: string) =>
        remote.call('ses', 'GetEmailIdentity', { EmailIdentity: 'example.com' }, region);
      await get('us-east-1');
      await expect(get('ap-northeast-1')).rejects.toMatchObject({
        code: 'NotFoundException',
        statusCode: 404,
      });
    });

    it('sets and clears faults, reads and clears calls', async () => {
      await remote.addFault({ operation: 'sts:GetCallerIdentity', kind: 'error500', admin: true });
      await expect(remote.call('sts', 'GetCallerIdentity', {})).rejects.toMatchObject({ statusCode: 500 });
      await remote.clearFaults();
      await remote.call('sts', 'GetCallerIdentity', {});
      expect((await remote.calls()).map(({ outcome }) => outcome)).toEqual(['InternalFailure', 'ok']);
      await remote.clearCalls();
      expect(sandbox.calls).toEqual([]);
    });

    it('moves the clock', async () => {
      const before = await remote.now();
      expect(await remote.advance(3_600_000)).toBeGreaterThanOrEqual(before + 3_600_000);
      expect(sandbox.clock.now()).toBeGreaterThanOrEqual(before + 3_600_000);
    });

    it('fails with words for an unknown service, an unknown operation and an unknown path', async () => {
      await expect(remote.call('nope', 'X', {})).rejects.toThrow('no service nope');
      await expect(remote.call('s3', 'Nope', {})).rejects.toMatchObject({
        code: 'UnknownOperationException',
      });
      expect((await fetch(`${sandbox.url}/_sandbox/nope`)).status).toBe(404);
    });

    it.each([
      ['of another origin', { origin: 'https://page.example' }],
      ['whose name resolves to loopback', { host: 'page.example:80' }],
    ])('refuses a web page %s: a function that it made would run here', async (_, headers) => {
      const { hostname, port } = new URL(sandbox.url);
      const request = http.request({
        hostname,
        port,
        path: '/_sandbox/call',
        method: 'POST',
        headers,
      });
      request.end(JSON.stringify({ service: 's3', operation: 'CreateBucket', input: { Bucket: 'page' } }));
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      response.resume();
      expect(response.statusCode).toBe(403);
      expect(sandbox.calls.map(({ operation }) => operation)).not.toContain('CreateBucket');
    });
  });

  const client = (credentials: Credentials) =>
    new SESv2Client({
      region: sandbox.region,
      endpoint: sandbox.url,
      credentials,
      maxAttempts: 1,
    });

  it('refuses unsigned requests and unknown access keys', async () => {
    expect((await fetch(`${sandbox.url}/v2/email/identities/x`)).status).toBe(403);
    const ses = client({ accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' });
    await expect(ses.send(new GetEmailIdentityCommand({ EmailIdentity: 'x.example' }))).rejects.toMatchObject(
      {
        name: 'UnrecognizedClientException',
      },
    );
    ses.destroy();
  });

  it('lets nobody in with revoked credentials', async () => {
    const credentials = sandbox.credentials.issue({ type: 'admin' });
    const ses = client(credentials);
    const get = () => ses.send(new GetEmailIdentityCommand({ EmailIdentity: 'x.example' }));
    await expect(get()).rejects.toMatchObject({ name: 'NotFoundException' });
    sandbox.credentials.revoke(credentials.accessKeyId);
    await expect(get()).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    ses.destroy();
  });

  it('points SDKs at itself and away from the operator’s own profiles', () => {
    expect(sandbox.environment).toMatchObject({
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_REGION: 'ap-northeast-1',
      AWS_CONFIG_FILE: '/dev/null',
    });
  });

  it('cuts off what hangs when it closes, and closes once however often it is told', async () => {
    sandbox.faults.add({ operation: 'sts:GetCallerIdentity', kind: 'hang', admin: true });
    const hanging = sandbox.call('sts', 'GetCallerIdentity', {});
    const settled = expect(hanging).rejects.toMatchObject({ name: 'ConnectionReset' });
    await Promise.all([sandbox.close(), sandbox.close()]);
    await settled;
    await expect(fetch(sandbox.url)).rejects.toThrow();
  });
});

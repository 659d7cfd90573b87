import { once } from 'node:events';
import http from 'node:http';
import { startSandbox } from '../../aws/sandbox';
import { useSandbox } from '../use-sandbox';
import { sign, signedFetch } from '../wire/signed';

const IDENTITY = { service: 'ses', method: 'GET', path: '/v2/email/identities/x' };

describe('the sandbox', () => {
  const sandbox = useSandbox();

  it('keeps regions apart', async () => {
    const call = (operation: string, region: string) =>
      sandbox.call('ses', operation, { EmailIdentity: 'example.com' }, { region });
    await call('CreateEmailIdentity', 'us-east-1');
    await call('GetEmailIdentity', 'us-east-1');
    await expect(call('GetEmailIdentity', 'ap-northeast-1')).rejects.toMatchObject({
      code: 'NotFoundException',
      statusCode: 404,
    });
  });

  it('fails with a message for an unknown service and an unknown operation', async () => {
    await expect(sandbox.call('nope', 'X', {})).rejects.toThrow('no service nope');
    await expect(sandbox.call('s3', 'Nope', {})).rejects.toMatchObject({ code: 'UnknownOperationException' });
  });

  describe('from another process', () => {
    const ask = async (method: string, path: string, body?: unknown) => {
      const response = await fetch(`${sandbox.controlUrl}/${path}`, {
        method,
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return { status: response.status, answer: (await response.json()) as any };
    };

    it('sets and clears faults, and returns the calls', async () => {
      const identity = () => sandbox.call('sts', 'GetCallerIdentity', {});
      await ask('POST', 'faults', { operation: 'sts:GetCallerIdentity', kind: 'error500', admin: true });
      await expect(identity()).rejects.toMatchObject({ statusCode: 500 });
      await ask('DELETE', 'faults');
      await identity();
      const { answer } = await ask('GET', 'calls');
      expect(answer.map(({ outcome }: any) => outcome)).toEqual(['InternalFailure', 'ok']);
    });

    it('is refused to a caller that only knows the port', async () => {
      for (const path of ['/_sandbox/calls', '/_sandbox//calls', '/_sandbox/guess/calls'])
        expect((await fetch(sandbox.url + path)).status).toBe(403);
    });
  });

  describe('a web page', () => {
    const send = async (path: string, headers: Record<string, string>, method = 'POST') => {
      const { hostname, port } = new URL(sandbox.url);
      const request = http.request({ hostname, port, path, method, headers });
      request.end(method === 'GET' ? undefined : '{}');
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    const control = () => new URL(sandbox.controlUrl).pathname;

    it.each([
      ['of another origin', { origin: 'https://page.example' }],
      ['of this machine', { origin: 'http://127.0.0.1:8080' }],
      ['whose name resolves to loopback', { host: 'page.example:80' }],
      ['whose name only begins like loopback', { host: '127.0.0.1:80.page.example' }],
    ])('%s is refused, even with all secrets', async (_, headers) => {
      const signed = await sign(sandbox, {
        service: 'lambda',
        path: '/2015-03-31/functions',
        method: 'GET',
        headers,
      });
      expect(await send('/2015-03-31/functions', signed.headers, 'GET')).toBe(403);
      expect(await send(`${control()}/faults`, headers)).toBe(403);
    });
  });

  it('has new secrets in each run', async () => {
    const other = await startSandbox();
    expect(other.credentials.admin).not.toEqual(sandbox.credentials.admin);
    expect(other.controlUrl.split('/').at(-1)).not.toBe(sandbox.controlUrl.split('/').at(-1));
    const asked = await signedFetch(other, { ...IDENTITY, credentials: sandbox.credentials.admin });
    expect(asked.headers.get('x-amzn-errortype')).toBe('UnrecognizedClientException');
    await other.close();
  });

  it('refuses unsigned requests', async () => {
    expect((await fetch(`${sandbox.url}${IDENTITY.path}`)).status).toBe(403);
  });

  it('cuts off hanging calls when it closes, and closes once however often it is told', async () => {
    sandbox.faults.add({ operation: 'sts:GetCallerIdentity', kind: 'hang', admin: true });
    const hanging = sandbox.call('sts', 'GetCallerIdentity', {});
    const settled = expect(hanging).rejects.toMatchObject({ name: 'ConnectionReset' });
    await Promise.all([sandbox.close(), sandbox.close()]);
    await settled;
    await expect(fetch(sandbox.url)).rejects.toThrow();
  });
});

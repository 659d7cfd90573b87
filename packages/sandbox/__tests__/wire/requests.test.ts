import { once } from 'node:events';
import net from 'node:net';
import { makeBucket, useOneSandbox } from '../use-sandbox';
import { sign, signedFetch } from './signed';

const IDLE_MS = 50;

describe('a request that AWS would refuse', () => {
  const sandbox = useOneSandbox({ bodyIdleMs: IDLE_MS });
  beforeAll(() => makeBucket(sandbox, 'bucket'));

  const identity = { service: 'ses', method: 'GET', path: '/v2/email/identities/example.com' } as const;
  const form = { service: 'sts', body: 'Action=GetCallerIdentity&Version=2011-06-15' } as const;
  const object = { service: 's3', method: 'PUT', path: '/bucket/key', body: 'text' } as const;

  it.each([
    ['rest-json', identity, 404],
    ['query', form, 200],
    ['rest-xml', object, 200],
  ])('is not a correctly signed one (%s)', async (_protocol, request, status) => {
    expect((await signedFetch(sandbox, request)).status).toBe(status);
  });

  it.each([
    ['rest-json', identity, 403, 'InvalidSignatureException'],
    ['query', form, 403, 'SignatureDoesNotMatch'],
    ['rest-xml', object, 403, 'SignatureDoesNotMatch'],
    ['json', { service: 'logs', body: '{}' }, 400, 'InvalidSignatureException'],
  ])('is refused if another secret signed it (%s)', async (_protocol, request, status, code) => {
    const credentials = { ...sandbox.credentials.admin, secretAccessKey: 'another' };
    const response = await signedFetch(sandbox, { ...request, credentials });
    expect(response.status).toBe(status);
    expect(await named(response)).toBe(code);
  });

  it.each([
    ['rest-json', identity, 'InvalidSignatureException'],
    ['query', form, 'SignatureDoesNotMatch'],
    ['rest-xml', object, 'AuthorizationHeaderMalformed'],
  ])('is refused if it names an unknown region (%s)', async (_protocol, request, code) => {
    expect(await named(await signedFetch(sandbox, { ...request, region: 'ap-northest-1' }))).toBe(code);
  });

  it('is refused if its session has expired, by the sandbox’s clock', async () => {
    const session = sandbox.credentials.issue({ type: 'admin' }, sandbox.clock.now() + 3_600_000);
    const asked = { ...form, credentials: session };
    expect((await signedFetch(sandbox, asked)).status).toBe(200);
    await sandbox.clock.advance(3_600_000);
    expect(await named(await signedFetch(sandbox, asked))).toBe('ExpiredToken');
  });

  it('is refused if its body is not the signed one', async () => {
    const { headers } = await sign(sandbox, object);
    const { host: _, ...sent } = headers;
    const response = await fetch(`${sandbox.url}${object.path}`, {
      method: 'PUT',
      headers: sent,
      body: 'tent',
    });
    expect(await named(response)).toBe('XAmzContentSHA256Mismatch');
  });

  it('is refused, and does not hang, if its body stops arriving', async () => {
    const { headers } = await sign(sandbox, object);
    const { hostname, port } = new URL(sandbox.url);
    const socket = net.connect(Number(port), hostname);
    const lines = Object.entries({ ...headers, 'content-length': '100' }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    socket.write(`PUT ${object.path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\ntext`);
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    await once(socket, 'close');
    expect(answer).toContain('HTTP/1.1 400');
    expect(answer).toContain('<Code>RequestTimeout</Code>');
  });

  const dkim = { ...identity, method: 'PUT', path: `${identity.path}/dkim` };
  const versioning = { ...object, path: '/bucket?versioning' };
  const makeGroup = { service: 'logs', headers: { 'x-amz-target': 'Logs_20140328.CreateLogGroup' } };
  it.each([
    ['rest-json', { ...dkim, body: '{"SigningEnabled":' }, 'SerializationException'],
    ['rest-json of another type', { ...dkim, body: '{"SigningEnabled":"yes"}' }, 'SerializationException'],
    ['json', { ...makeGroup, body: '[' }, 'SerializationException'],
    ['rest-xml', { ...versioning, body: '<VersioningConfiguration>' }, 'MalformedXML'],
    ['rest-xml of another root', { ...versioning, body: '<Tagging/>' }, 'MalformedXML'],
  ])('is refused if its body is malformed (%s)', async (_protocol, request, code) => {
    const response = await signedFetch(sandbox, request);
    expect(response.status).toBe(400);
    expect(await named(response)).toBe(code);
  });

  const role = 'arn:aws:iam::123456789012:role/r';
  const makeFunction = { FunctionName: 'f', Role: role, Code: {}, PackageType: 'Tar' };
  const longName = `/schedules/${'x'.repeat(65)}`;
  it.each([
    [{ service: 'scheduler', path: longName, body: '{}' }, 'ValidationException', 'less than or equal to 64'],
    [
      { service: 'iam', body: 'Action=GetRole&RoleName=a%20b' },
      'ValidationError',
      "Value 'a b' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern",
    ],
    [{ ...makeGroup, body: '{}' }, 'InvalidParameterException', "Value null at 'logGroupName'"],
    [
      { service: 'lambda', path: '/2015-03-31/functions', body: JSON.stringify(makeFunction) },
      'ValidationException',
      "Value 'Tar' at 'packageType' failed to satisfy constraint: Member must satisfy enum value set: [",
    ],
  ])('is refused if it breaks the service’s model: %j', async (request, code, message) => {
    const response = await signedFetch(sandbox, request);
    const text = await response.clone().text();
    expect(await named(response)).toBe(code);
    expect(text.replaceAll('&apos;', "'")).toContain(message);
    expect(text).toContain('validation error');
  });

  it.each([
    ['rest-json', { service: 'ses', method: 'GET', path: '/v2/email/account' }, 'ses:GetAccount'],
    ['query', { service: 'iam', body: 'Action=CreateUser&UserName=u' }, 'iam:CreateUser'],
    [
      'json',
      { service: 'kms', headers: { 'x-amz-target': 'TrentService.CreateKey' }, body: '{}' },
      'kms:CreateKey',
    ],
    [
      'rest-xml',
      { service: 's3', method: 'GET', path: '/bucket?inventory' },
      's3:ListBucketInventoryConfigurations',
    ],
  ])(
    'is named and counted if AWS supports it and the sandbox does not (%s)',
    async (_protocol, request, operation) => {
      const response = await signedFetch(sandbox, request);
      expect(response.status).toBe(501);
      expect(await response.text()).toContain(`AWS has ${operation}; the sandbox has not.`);
      expect(sandbox.missed.get(operation)).toBe(1);
    },
  );
});

/** The error's code, wherever the protocol has it. */
async function named(response: Response): Promise<string | undefined> {
  const header = response.headers.get('x-amzn-errortype');
  const text = await response.text();
  return header ?? /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? /"__type":"(\w+)"/.exec(text)?.[1];
}

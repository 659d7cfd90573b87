import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsCallError, awsCalls } from '../../provider/aws-call';

let server: http.Server;
let bodies: any[];
let answers: (object | 'reset' | string)[];
let endpoint: string;
let calls: ReturnType<typeof awsCalls>;

beforeEach(async () => {
  bodies = [];
  server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    bodies.push({ url: request.url, ...JSON.parse(Buffer.concat(chunks).toString()) });
    const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
    if (answer === 'reset') request.socket.destroy();
    else response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  calls = awsCalls({ endpoint, maxAttempts: 4 });
});
afterEach(async () => {
  calls.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const call = (input: object = {}) => calls.call({ region: 'ap-northeast-1' }, 's3', 'PutObject', input);
const failing = (code: string, statusCode: number) => ({ error: { code, message: 'why', statusCode } });

test('a call names service, operation and region; bytes and times go there and back', async () => {
  answers = [{ output: { Body: { $base64: 'AQI=' }, LastModified: { $date: '2026-01-01T00:00:00.000Z' } } }];
  const output = await call({ Body: Buffer.from('hi'), Tags: [{ Key: 'a', Value: 'b' }] });

  expect(bodies).toEqual([
    {
      url: '/_sandbox/call',
      service: 's3',
      operation: 'PutObject',
      region: 'ap-northeast-1',
      input: { Body: { $base64: 'aGk=' }, Tags: [{ Key: 'a', Value: 'b' }] },
    },
  ]);
  expect(output).toEqual({ Body: Buffer.from([1, 2]), LastModified: new Date('2026-01-01T00:00:00Z') });
});

test.each([
  ['a broken connection', 'reset' as const],
  ['throttling', failing('ThrottlingException', 429)],
  ['too many requests', failing('TooManyRequestsException', 429)],
  ['an error of the service', failing('InternalError', 500)],
])('%s is tried again', async (_what, answer) => {
  answers = [answer, answer, { output: { done: true } }];
  await expect(call()).resolves.toEqual({ done: true });
  expect(bodies).toHaveLength(3);
});

test('fails with the last error when it has tried often enough', async () => {
  answers = [failing('SlowDown', 503)];
  await expect(call()).rejects.toMatchObject({ code: 'SlowDown', statusCode: 503 });
  expect(bodies).toHaveLength(4);
});

test.each([
  ['a refusal', failing('AccessDenied', 403), AwsCallError],
  ['what is not the sandbox', '<html>', Error],
])('fails at once at %s', async (_what, answer, type) => {
  answers = [answer];
  await expect(call()).rejects.toBeInstanceOf(type);
  expect(bodies).toHaveLength(1);
});

test('fails at once where nothing listens, naming the endpoint', async () => {
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await expect(call()).rejects.toThrow(`nothing answers at AWS_ENDPOINT_URL (http://127.0.0.1:${port})`);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

test('the error reads as that of the real provider', async () => {
  answers = [failing('NoSuchBucket', 404)];
  await expect(call()).rejects.toThrow(
    'operation error s3: PutObject, https response error StatusCode: 404, NoSuchBucket: why',
  );
});

test('fails at once when it is told to stop, whether it waits for an answer or to try again', async () => {
  const controller = new AbortController();
  answers = [failing('SlowDown', 503)];
  server.once('request', () => controller.abort());
  const stopped = calls.call({ region: 'r', signal: controller.signal }, 's3', 'PutObject', {});
  await expect(stopped).rejects.toThrow('operation error s3: PutObject, canceled');
  expect(bodies.length).toBeLessThanOrEqual(1);
});

import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsCallError, awsCalls } from '../../provider/aws-call';

interface Received {
  readonly line: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}
type Answer =
  | 'reset'
  | { readonly status: number; readonly headers?: http.OutgoingHttpHeaders; readonly body?: string };

let server: http.Server;
let received: Received[];
let answers: Answer[];
let endpoint: string;
let calls: ReturnType<typeof awsCalls>;

beforeEach(async () => {
  received = [];
  server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    received.push({ line: `${method} ${url}`, headers, body: Buffer.concat(chunks).toString() });
    const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
    if (answer === 'reset') request.socket.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'token' };
  calls = awsCalls({ endpoint, credentials, maxAttempts: 4 });
});
afterEach(async () => {
  calls.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const DONE: Answer = { status: 200 };
const call = (service = 's3', operation = 'PutObject', input: object = { Bucket: 'b', Key: 'k' }) =>
  calls.call({ region: 'ap-northeast-1' }, service, operation, input);
const failing = (code: string, status: number): Answer => ({
  status,
  headers: { 'x-amz-request-id': 'R' },
  body: `<Error><Code>${code}</Code><Message>why</Message></Error>`,
});

describe('a call is the request that the service reads, and its answer comes back', () => {
  test('it is signed for the region of the resource, or of the account as a whole', async () => {
    answers = [DONE];
    await call();
    await call('iam', 'DeleteRole', { RoleName: 'r' });

    expect(received.map(({ headers }) => /Credential=([^,]+)/.exec(headers.authorization!)?.[1])).toEqual([
      expect.stringMatching(/^AKIA\/\d{8}\/ap-northeast-1\/s3\/aws4_request$/),
      expect.stringMatching(/^AKIA\/\d{8}\/us-east-1\/iam\/aws4_request$/),
    ]);
    expect(received[0]!.headers['x-amz-security-token']).toBe('token');
  });
});

test.each([
  ['a broken connection', 'reset' as const],
  ['throttling', failing('ThrottlingException', 429)],
  ['too many requests', failing('TooManyRequestsException', 429)],
  ['an error of the service', failing('InternalError', 500)],
])('%s is tried again', async (_what, answer) => {
  answers = [answer, answer, DONE];
  await expect(call()).resolves.toEqual({});
  expect(received).toHaveLength(3);
});

test('fails with the last error when it has tried often enough', async () => {
  answers = [failing('SlowDown', 503)];
  await expect(call()).rejects.toMatchObject({ code: 'SlowDown', statusCode: 503 });
  expect(received).toHaveLength(4);
});

test.each([
  ['a refusal', failing('AccessDenied', 403), AwsCallError],
  ['what the sandbox does not have', failing('NotImplemented', 501), AwsCallError],
  ['what speaks no AWS', { status: 404, body: '<html><p>no' }, Error],
])('fails at once at %s', async (_what, answer, type) => {
  answers = [answer as Answer];
  await expect(call()).rejects.toBeInstanceOf(type);
  expect(received).toHaveLength(1);
});

test('the error reads as that of the real provider', async () => {
  answers = [failing('NoSuchBucket', 404)];
  await expect(call()).rejects.toThrow(
    'operation error S3: PutObject, https response error StatusCode: 404, RequestID: R, NoSuchBucket: why',
  );
});

test('fails at once when it is told to stop, whether it waits for an answer or to try again', async () => {
  const controller = new AbortController();
  answers = [failing('SlowDown', 503)];
  server.once('request', () => controller.abort());
  const scope = { region: 'r', signal: controller.signal };
  const stopped = calls.call(scope, 's3', 'PutObject', { Bucket: 'b', Key: 'k' });
  await expect(stopped).rejects.toThrow('operation error S3: PutObject, canceled');
  expect(received.length).toBeLessThanOrEqual(1);
});

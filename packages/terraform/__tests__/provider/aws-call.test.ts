import { useOneSandbox } from '../../../sandbox/__tests__/use-sandbox';
import type { Fault } from '../../../sandbox/contract/service';
import { AwsCallError, awsCalls } from '../../provider/aws-call';

const sandbox = useOneSandbox();
afterEach(() => {
  sandbox.faults.clear();
  sandbox.calls.length = 0;
});

const call = (
  service = 'sns',
  operation = 'CreateTopic',
  input: object = { Name: 't' },
  region = 'eu-west-1',
) =>
  awsCalls({ account: sandbox, credentials: sandbox.credentials.admin, maxAttempts: 4 })(
    { region },
    service,
    operation,
    input,
  );
const fail = (kind: Fault['kind'], times?: number) =>
  sandbox.faults.add({ operation: 'sns:CreateTopic', kind, times, admin: true });

test('makes a call in the region of the resource, or in that of a global service', async () => {
  await call();
  await call('iam', 'ListRoles', {});
  expect(sandbox.calls.map(({ region }) => region)).toEqual(['eu-west-1', 'us-east-1']);
});

test('does not send unknown members or null', async () => {
  const { TopicArn } = await call('sns', 'CreateTopic', { Name: 'u', Attributes: null, Colour: 'red' });
  expect(TopicArn).toBe('arn:aws:sns:eu-west-1:123456789012:u');
});

test.each(['resetBefore', 'throttle', 'error500'] as const)('retries %s', async (kind) => {
  fail(kind, 2);
  await expect(call()).resolves.toHaveProperty('TopicArn');
  expect(sandbox.calls).toHaveLength(3);
});

test('fails with the last error after enough attempts', async () => {
  fail('throttle');
  await expect(call()).rejects.toMatchObject({ code: 'Throttled', statusCode: 429 });
  expect(sandbox.calls).toHaveLength(4);
});

test.each([
  [
    'a refusal',
    () => call('sns', 'GetTopicAttributes', { TopicArn: 'arn:aws:sns:eu-west-1:123456789012:no' }),
    'NotFound',
  ],
  [
    'what the sandbox does not have',
    () => call('sns', 'Subscribe', { TopicArn: 'a', Protocol: 'sms', Attributes: { a: 'b' } }),
    'NotImplemented',
  ],
  ['a region that is none', () => call('sns', 'ListTopics', {}, 'eu-west-9'), 'SignatureDoesNotMatch'],
])('fails at once at %s', async (_what, refused, code) => {
  const error = await refused().catch((it) => it);
  expect(error).toBeInstanceOf(AwsCallError);
  expect(error.code).toBe(code);
  expect(sandbox.calls.length).toBeLessThanOrEqual(1);
});

test.each([
  ['an unknown key', { accessKeyId: 'AKIA', secretAccessKey: 'x' }, 'InvalidClientTokenId'],
  ['a wrong secret', { secretAccessKey: 'x' }, 'SignatureDoesNotMatch'],
])('fails with %s, as a signed request does', async (_what, wrong, code) => {
  const credentials = { ...sandbox.credentials.admin, ...wrong };
  const asked = awsCalls({ account: sandbox, credentials })(
    { region: 'eu-west-1' },
    'sts',
    'GetCallerIdentity',
    {},
  );
  await expect(asked).rejects.toMatchObject({ code });
});

test('formats the error like the real provider', async () => {
  await expect(call('s3', 'HeadBucket', { Bucket: 'b-1' })).rejects.toThrow(
    /^operation error S3: HeadBucket, https response error StatusCode: 404, RequestID: [\w-]+, NoSuchBucket: /,
  );
});

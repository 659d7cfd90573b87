import type { SnsService } from '../../aws/services/sns';
import { type Deployment, FUNCTION, useDeployment } from './deployment';

const MINUTE_MS = 60_000;

/** Fails as often as the event says, then succeeds. */
const SOURCE = `exports.handler = async (event, { awsRequestId }) => {
  process.stdout.write(['ATTEMPT', awsRequestId, Date.now()].join(' ') + '\\n');
  if (event.hang) await new Promise(() => setInterval(() => {}, 1000));
  if (event.fail) throw new Error('told to fail');
  return 'done';
};`;

const deployed = useDeployment();
let deployment: Deployment;
let topicArn: string;

beforeEach(async () => {
  deployment = await deployed(SOURCE, {
    options: { timeoutScale: 0.1 },
    statements: [{ Effect: 'Allow', Action: 'sns:Publish', Resource: '*' }],
  });
  ({ TopicArn: topicArn } = await deployment.sandbox.call('sns', 'CreateTopic', { Name: 'failures' }));
});

const send = (event: unknown) => deployment.invoke(event, { InvocationType: 'Event', LogType: undefined });

const configure = (more: object) =>
  deployment.sandbox.call('lambda', 'PutFunctionEventInvokeConfig', { FunctionName: FUNCTION, ...more });

const attempts = () =>
  deployment.lambda
    .logs(FUNCTION)
    .filter((line) => line.startsWith('ATTEMPT '))
    .map((line) => line.split(' '))
    .map(([, requestId, at]) => ({ requestId, at: Number(at) }));

const messages = () =>
  deployment.sandbox
    .service<SnsService>('sns')
    .messages(topicArn)
    .map(({ message }) => JSON.parse(message));

describe('an asynchronous invocation', () => {
  it('is accepted at once and runs once when it succeeds', async () => {
    const { requestId, payload } = await send({});

    await deployment.lambda.idle();
    await deployment.sandbox.clock.advance(10 * MINUTE_MS);

    expect(payload).toBeUndefined();
    expect(attempts()).toEqual([{ requestId, at: expect.any(Number) }]);
  });

  it('is retried after one minute and after two more, under the same request id', async () => {
    const { requestId } = await send({ fail: true });
    await deployment.lambda.idle();

    await deployment.sandbox.clock.advance(30 * MINUTE_MS);

    const found = attempts();
    expect(found.map((attempt) => attempt.requestId)).toEqual([requestId, requestId, requestId]);
    const [first, second, third] = found.map(({ at }) => at) as [number, number, number];
    expect((second - first) / MINUTE_MS).toBeCloseTo(1, 1);
    expect((third - second) / MINUTE_MS).toBeCloseTo(2, 1);
  });

  it('notifies no destination of an invocation through an alias, which has settings of its own', async () => {
    const { sandbox } = deployment;
    await sandbox.call('lambda', 'CreateAlias', {
      FunctionName: FUNCTION,
      Name: 'a',
      FunctionVersion: '$LATEST',
    });
    const settings = { MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: topicArn } } };
    const fail = () => deployment.invoke({ fail: true }, { InvocationType: 'Event', Qualifier: 'a' });
    await configure(settings);
    await fail();
    await deployment.lambda.idle();
    await sandbox.clock.advance(30 * MINUTE_MS);
    expect(messages()).toEqual([]);
    await configure({ ...settings, Qualifier: 'a' });
    await fail();
    await deployment.lambda.idle();
    expect(messages()).toHaveLength(1);
  });

  it('notifies the destination when it is given up, with its event and its error', async () => {
    await configure({ DestinationConfig: { OnFailure: { Destination: topicArn } } });
    const { requestId } = await send({ fail: true });
    await deployment.lambda.idle();
    expect(messages()).toEqual([]);

    await deployment.sandbox.clock.advance(30 * MINUTE_MS);

    expect(messages()).toEqual([
      {
        version: '1.0',
        timestamp: expect.any(String),
        requestContext: {
          requestId,
          functionArn: expect.stringMatching(`:function:${FUNCTION}:\\$LATEST$`),
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        },
        requestPayload: { fail: true },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: {
          errorType: 'Error',
          errorMessage: 'told to fail',
          trace: expect.any(Array),
        },
      },
    ]);
  });
});

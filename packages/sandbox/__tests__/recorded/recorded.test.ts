import { type Sandbox, startSandbox } from '../../aws/sandbox';
import { makeRole, zipOf } from '../lambda/deployment';
import { recordings } from './recorded';

const BUCKET = 'recorded';

/** What is there before AWS is asked. */
const STAGES: Readonly<Record<string, (sandbox: Sandbox) => Promise<unknown>>> = {
  s3: (sandbox) =>
    sandbox.call('s3', 'CreateBucket', {
      Bucket: BUCKET,
      CreateBucketConfiguration: { LocationConstraint: sandbox.region },
    }),
  lambda: async (sandbox) => {
    await sandbox.call('lambda', 'CreateFunction', {
      FunctionName: 'f',
      Role: await makeRole(sandbox, 'r', 'lambda.amazonaws.com'),
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipOf('exports.handler = async () => {};') },
    });
    // Until then it is being made.
    await sandbox.call('lambda', 'GetFunction', { FunctionName: 'f' });
  },
};

describe.each(recordings())('%s answers as AWS was recorded to answer', (service, cases) => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ sesRequestsPerSecond: Number.POSITIVE_INFINITY });
    await STAGES[service]?.(sandbox);
  });
  afterEach(() => sandbox.close());

  it.each(cases.map((recorded) => [recorded.what, recorded] as const))('%s', async (_what, recorded) => {
    for (const [operation, input] of recorded.after ?? []) await sandbox.call(service, operation, input);
    const asked = sandbox.call(service, recorded.operation, recorded.input);
    if (recorded.refused) {
      const [code, statusCode, message, detail] = recorded.refused;
      await expect(asked).rejects.toMatchObject({
        code,
        statusCode,
        ...(typeof message === 'string' && { message }),
        ...(detail && { detail: expect.objectContaining(detail) }),
      });
    } else {
      const { Body: _, ...answer } = await asked;
      expect(answer).toMatchObject(recorded.answered ?? {});
    }
  });
});

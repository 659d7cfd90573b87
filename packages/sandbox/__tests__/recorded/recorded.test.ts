import type { Sandbox } from '../../aws/sandbox';
import { makeRole, zipOf } from '../lambda/deployment';
import { makeBucket, useSandbox } from '../use-sandbox';
import { recordings } from './recorded';

const BUCKET = 'recorded';

/** What is there before AWS is asked. */
const STAGES: Readonly<Record<string, (sandbox: Sandbox) => Promise<unknown>>> = {
  s3: (sandbox) => makeBucket(sandbox, BUCKET),
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
  const sandbox = useSandbox({ sesRequestsPerSecond: Number.POSITIVE_INFINITY });
  beforeEach(() => STAGES[service]?.(sandbox));

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

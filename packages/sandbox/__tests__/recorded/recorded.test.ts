import { type Sandbox, startSandbox } from '../../aws/sandbox';
import { makeRole, zipOf } from '../lambda/deployment';
import { IAM } from './iam';
import { LAMBDA_SETTINGS } from './lambda-settings';
import type { Recorded } from './recorded';
import { BUCKET, S3 } from './s3';
import { S3_OBJECTS } from './s3-objects';
import { CLOUDWATCH, LAMBDA, LOGS, ROUTE53, SCHEDULER, SNS, STS } from './services';

const CASES: Readonly<Record<string, readonly Recorded[]>> = {
  cloudwatch: CLOUDWATCH,
  iam: IAM,
  lambda: [...LAMBDA, ...LAMBDA_SETTINGS],
  logs: LOGS,
  route53: ROUTE53,
  s3: [...S3, ...S3_OBJECTS],
  scheduler: SCHEDULER,
  sns: SNS,
  sts: STS,
};

/** What is there before AWS is asked. */
const STAGES: Readonly<Record<string, (sandbox: Sandbox) => Promise<unknown>>> = {
  s3: (sandbox) =>
    sandbox.call('s3', 'CreateBucket', {
      Bucket: BUCKET,
      CreateBucketConfiguration: { LocationConstraint: sandbox.region },
    }),
  lambda: async (sandbox) =>
    sandbox.call('lambda', 'CreateFunction', {
      FunctionName: 'f',
      Role: await makeRole(sandbox, 'r', 'lambda.amazonaws.com'),
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipOf('exports.handler = async () => {};') },
    }),
};

describe.each(Object.entries(CASES))('%s answers as AWS was recorded to answer', (service, cases) => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox();
    await STAGES[service]?.(sandbox);
  });
  afterEach(() => sandbox.close());

  it.each(cases.map((recorded) => [recorded.what, recorded] as const))('%s', async (_what, recorded) => {
    for (const [operation, input] of recorded.after ?? []) await sandbox.call(service, operation, input);
    const asked = sandbox.call(service, recorded.operation, recorded.input);
    if (recorded.refused) {
      const { code, status: statusCode, message, detail } = recorded.refused;
      await expect(asked).rejects.toMatchObject({
        code,
        statusCode,
        ...(message === undefined ? {} : { message }),
        ...(detail === undefined ? {} : { detail: expect.objectContaining(detail) }),
      });
    } else {
      const { Body: _, ...answer } = await asked;
      expect(answer).toMatchObject(recorded.answered ?? {});
    }
  });
});

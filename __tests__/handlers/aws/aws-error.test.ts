import { S3Client } from '@aws-sdk/client-s3';
import { awsError } from '../../../handlers/aws/aws-error';
import { objectStore } from '../../../handlers/aws/object-store';
import { type Sandbox, startSandbox } from '../../../packages/sandbox/aws/sandbox';

const CALL = { action: 's3:GetObject', resource: 's3://keys/key.pem' };

/** An error as the SDK makes it. */
const sdkError = (name: string, status: number, message = 'no'): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status, requestId: 'r-1' } });

describe('an error of AWS', () => {
  it('keeps the call, the name, the words and the request’s id', () => {
    expect(awsError(sdkError('InternalError', 500, 'We failed.'), CALL)).toMatchObject({
      code: 'DEPENDENCY_FAILED',
      message: 's3:GetObject on s3://keys/key.pem failed: InternalError: We failed.',
      details: { ...CALL, awsError: 'InternalError', requestId: 'r-1' },
    });
  });

  it('is ACCESS_DENIED where permission is missing, and says that S3 hides missing objects so', () => {
    expect(awsError(sdkError('AccessDenied', 403), CALL)).toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringMatching(/may not s3:GetObject on s3:\/\/keys\/key\.pem: no\. .*s3:ListBucket/),
    });
  });

  it('names the tag where SES refuses', () => {
    const call = { action: 'ses:PutEmailIdentityDkimAttributes', resource: 'identity/example.com' };
    expect(awsError(sdkError('AccessDeniedException', 403), call).message).toContain('byodkim=managed');
  });
});

describe('a bucket in another region', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ sesRequestsPerSecond: Number.POSITIVE_INFINITY });
    await sandbox.call('s3', 'CreateBucket', {
      Bucket: 'keys',
      CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-1' },
    });
  });
  afterAll(() => sandbox.close());

  it('is named with its region', async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = sandbox.environment;
    const s3 = new S3Client({
      region: 'eu-west-1',
      endpoint: sandbox.url,
      credentials: { accessKeyId: AWS_ACCESS_KEY_ID!, secretAccessKey: AWS_SECRET_ACCESS_KEY! },
      forcePathStyle: true,
    });
    const error = await objectStore(s3)
      .get({ bucket: 'keys', key: 'key.pem' }, 1000)
      .catch((thrown: unknown) => awsError(thrown, CALL));
    expect(error).toMatchObject({
      code: 'DEPENDENCY_FAILED',
      message: expect.stringContaining('The bucket is in ap-northeast-1'),
    });
  });
});

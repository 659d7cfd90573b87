import { S3Client } from '@aws-sdk/client-s3';
import { awsError } from '../../../handlers/aws/aws-error';
import { objectStore } from '../../../handlers/aws/object-store';
import { onceArrived } from '../../../handlers/aws/retry';
import { type Sandbox, startSandbox } from '../../../packages/sandbox/aws/sandbox';
import { VirtualClock } from '../../support/world/virtual-clock';

const CALL = { action: 's3:GetObject', resource: 's3://keys/key.pem' };

/** An error as the SDK makes it. */
const sdkError = (name: string, status: number, message = 'no'): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status, requestId: 'r-1' } });

describe('an AWS error', () => {
  it('keeps the call, the name, the message and the request’s id', () => {
    expect(awsError(sdkError('InternalError', 500, 'We failed.'), CALL)).toMatchObject({
      code: 'DEPENDENCY_FAILED',
      message: 's3:GetObject on s3://keys/key.pem failed: InternalError: We failed.',
      facts: { ...CALL, awsError: 'InternalError', requestId: 'r-1' },
      advice: expect.stringMatching(/^Try again; /),
    });
    expect(awsError(sdkError('KMS.DisabledException', 400), CALL).advice).toMatch(/^Correct what the error/);
  });

  const DENIED = ['AccessDenied', 'KMSAccessDeniedException'];
  it.each(DENIED)('is ACCESS_DENIED if permission is missing, as S3 hides missing objects: %s', (name) => {
    expect(awsError(sdkError(name, 400), CALL)).toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringMatching(/not allowed to call s3:GetObject on s3:\/\/keys\/key\.pem: no\./),
      advice: expect.stringContaining('s3:ListBucket'),
    });
  });

  it('names the tag if SES refuses', () => {
    const call = { action: 'ses:PutEmailIdentityDkimAttributes', resource: 'identity/example.com' };
    expect(awsError(sdkError('AccessDeniedException', 403), call).advice).toContain('byodkim=managed');
  });
});

describe('the advice on AWS’s refusal', () => {
  const call = { action: 'ses:PutEmailIdentityDkimAttributes', resource: 'identity/example.com' };
  const advised = (why: string) => refused(why).advice;
  const refused = (why: string) =>
    awsError(
      sdkError(
        'AccessDeniedException',
        403,
        `User: arn is not authorized to perform: x on resource: y ${why}`,
      ),
      call,
    );

  const FORBIDS = 'forbids it, whatever the tags and permissions are. Only';
  it.each([
    [
      'with an explicit deny in a service control policy',
      `The service control policy ${FORBIDS} the administrators of the AWS organization can change that.`,
    ],
    [
      'with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o-1/service_control_policy/p-1',
      `The service control policy ${FORBIDS} the administrators of the AWS organization can change that.`,
    ],
    [
      'with an explicit deny in an identity-based policy',
      `The identity-based policy ${FORBIDS} an IAM administrator of the account can change that.`,
    ],
    [
      'with an explicit deny in a resource-based policy',
      `The resource-based policy ${FORBIDS} the owner of that resource can change that.`,
    ],
    [
      'because no service control policy allows the x action',
      'No service control policy allows it. Only the administrators of the AWS organization can change that.',
    ],
    [
      'because no permissions boundary allows the x action',
      'No permissions boundary allows it. Only an IAM administrator of the account can change that.',
    ],
  ])('names who can change the policy: %s', (why, advice) => expect(advised(why)).toBe(advice));

  it.each([
    ['with an explicit deny in a service control policy', 1],
    ['because no identity-based policy allows the x action', 8],
  ])('suggests trying again only if waiting may help: %s', async (why, times) => {
    const clock = new VirtualClock(0);
    let asked = 0;
    const work = onceArrived(clock, async () => {
      asked += 1;
      throw refused(why);
    });
    await expect(work).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    expect(asked).toBe(times);
  });

  it('names the tag and the role if a permission is missing', () => {
    expect(advised('because no identity-based policy allows the x action')).toMatch(/byodkim=managed.*role/s);
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

  it('is asked in its own region', async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = sandbox.environment;
    const clientIn = (region: string) =>
      new S3Client({
        region,
        endpoint: sandbox.url,
        credentials: { accessKeyId: AWS_ACCESS_KEY_ID!, secretAccessKey: AWS_SECRET_ACCESS_KEY! },
        forcePathStyle: true,
      });
    const store = objectStore(clientIn('eu-west-1'), undefined, clientIn);
    expect(await store.get({ bucket: 'keys', key: 'key.pem' }, 1000)).toBeNull();
  });
});

import { GetObjectCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { bucketObject, type S3AndSts } from '../../../cli/aws/bucket-object';

const PLACE = { bucket: 'keys', key: 'k', region: 'ap-northeast-1' };

/** AWS as account 123456789012 sees it, where `keys` is somebody's. */
const aws = (owner: string, stored: string | null = 'x', account = '123456789012') => {
  const calls: string[] = [];
  const failure = (name: string) => Object.assign(new Error(name), { name });
  const s3Client = {
    async send({ input }: GetObjectCommand) {
      calls.push(`GetObject of ${input.ExpectedBucketOwner}`);
      if (input.ExpectedBucketOwner !== owner) throw failure('AccessDenied');
      if (stored === null) throw failure('NoSuchKey');
      return { Body: { transformToByteArray: async () => Buffer.from(stored) } };
    },
  };
  const stsClient = {
    async send() {
      calls.push('GetCallerIdentity');
      return { Account: account };
    },
  };
  const sdk = {
    s3: { GetObjectCommand },
    sts: { GetCallerIdentityCommand },
    s3Client: () => s3Client,
    stsClient: () => stsClient,
  } as unknown as S3AndSts;
  return { calls, getObject: bucketObject(async () => sdk) };
};

test('reads from a bucket of the account that asks, which is asked for once', async () => {
  const { calls, getObject } = aws('123456789012');
  expect(Buffer.from((await getObject(PLACE))!).toString()).toBe('x');
  await getObject(PLACE);
  expect(calls).toEqual(['GetCallerIdentity', 'GetObject of 123456789012', 'GetObject of 123456789012']);
});

test('refuses a bucket that is a stranger’s by now', async () => {
  await expect(aws('210987654321').getObject(PLACE)).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('refuses to ask without an account', async () => {
  const { calls, getObject } = aws('123456789012', 'x', '');
  await expect(getObject(PLACE)).rejects.toThrow();
  expect(calls).toEqual(['GetCallerIdentity']);
});

test('is null where there is no such object', async () => {
  expect(await aws('123456789012', null).getObject(PLACE)).toBeNull();
});

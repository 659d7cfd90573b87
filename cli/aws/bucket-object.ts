import type { S3Client } from '@aws-sdk/client-s3';
import type { STSClient } from '@aws-sdk/client-sts';
import type { CliWorld } from '../world';

/** The SDK, as far as it is needed here. */
export interface S3AndSts {
  readonly s3: Pick<typeof import('@aws-sdk/client-s3'), 'GetObjectCommand'>;
  readonly sts: Pick<typeof import('@aws-sdk/client-sts'), 'GetCallerIdentityCommand'>;
  s3Client(region: string): Pick<S3Client, 'send'>;
  stsClient(region: string): Pick<STSClient, 'send'>;
}

/**
 * Reads objects of buckets of the caller's own account: a bucket's name that was given up may be a stranger's by now, and
 * so would be the key that is to be published. S3 answers 403 for any other.
 */
export function bucketObject(load: () => Promise<S3AndSts>): CliWorld['getObject'] {
  let account: Promise<string | undefined> | undefined;
  return async ({ bucket, key, region }) => {
    const { s3, sts, s3Client, stsClient } = await load();
    account ??= stsClient(region)
      .send(new sts.GetCallerIdentityCommand({}))
      .then(({ Account }) => Account);
    const ExpectedBucketOwner = await account;
    if (!ExpectedBucketOwner) throw new Error('AWS does not say which account this is.');
    try {
      const asked = new s3.GetObjectCommand({ Bucket: bucket, Key: key, ExpectedBucketOwner });
      return await (await s3Client(region).send(asked)).Body!.transformToByteArray();
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return null;
      throw error;
    }
  };
}

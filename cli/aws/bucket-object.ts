import type { S3Client } from '@aws-sdk/client-s3';
import type { STSClient } from '@aws-sdk/client-sts';
import { bucketRegion } from '../../handlers/aws/aws-error';
import type { CliWorld } from '../world';

/** The SDK, as far as it is needed here. */
export interface S3AndSts {
  readonly s3: Pick<typeof import('@aws-sdk/client-s3'), 'GetObjectCommand'>;
  readonly sts: Pick<typeof import('@aws-sdk/client-sts'), 'GetCallerIdentityCommand'>;
  s3Client(region: string): Pick<S3Client, 'send'>;
  stsClient(region: string): Pick<STSClient, 'send'>;
}

/**
 * Reads objects of buckets of the caller's own account, as the function does: a bucket's name that was given up may be
 * a stranger's by now, and so would be the key that is to be published. S3 answers 403 for any other. A bucket of another
 * region is asked there: of a domain of several regions, all read in that of the first.
 */
export function bucketObject(load: () => Promise<S3AndSts>): CliWorld['getObject'] {
  let loading: Promise<S3AndSts> | undefined;
  let account: Promise<string | undefined> | undefined;
  const regions = new Map<string, string>();
  return async ({ bucket, key, region }) => {
    loading ??= load();
    const { s3, sts, s3Client, stsClient } = await loading;
    account ??= stsClient(region)
      .send(new sts.GetCallerIdentityCommand({}))
      .then(({ Account }) => Account);
    const ExpectedBucketOwner = await account;
    if (!ExpectedBucketOwner) throw new Error('AWS does not say which account this is.');
    const asked = { Bucket: bucket, Key: key, ExpectedBucketOwner };
    const askIn = (there: string) => s3Client(there).send(new s3.GetObjectCommand(asked));
    try {
      const answer = await askIn(regions.get(bucket) ?? region).catch((error: unknown) => {
        const elsewhere = bucketRegion(error);
        if (elsewhere === undefined || elsewhere === regions.get(bucket)) throw error;
        regions.set(bucket, elsewhere);
        return askIn(elsewhere);
      });
      return await answer.Body!.transformToByteArray();
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return null;
      throw error;
    }
  };
}

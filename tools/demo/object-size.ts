import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

/**
 * Returns the size of an object in bytes; 0: there is none. It lists, since only the function may read private keys, and
 * their size is part of that.
 */
export async function sizeOf(s3: S3Client, bucket: string, key: string): Promise<number> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key }));
  return Contents.find(({ Key }) => Key === key)?.Size ?? 0;
}

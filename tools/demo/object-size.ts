import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

/**
 * What S3 holds at a place, in bytes; 0: nothing. By listing: the private keys of a key store are read by its function
 * and by nobody else, not even to see how long they are.
 */
export async function sizeOf(s3: S3Client, bucket: string, key: string): Promise<number> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key }));
  return Contents.find(({ Key }) => Key === key)?.Size ?? 0;
}

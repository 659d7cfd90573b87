import { s3Uri } from '../../handlers/contract/contract';
import { awsFailure } from '../errors/aws-failure';
import type { NewObject } from '../world/world';

/** Stores an object; returns false if one exists. @throws CliError if AWS refuses or the bucket belongs to another account */
export async function storeNew({ region, account, body, kmsKeyArn, ...place }: NewObject): Promise<boolean> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const { objectStore } = await import('../../handlers/aws/object-store');
  const store = objectStore(new S3Client({ region }), account, (other) => new S3Client({ region: other }));
  try {
    return (
      (await store.put(place, body, { ifAbsent: true, ...(kmsKeyArn !== undefined && { kmsKeyArn }) })) !==
      null
    );
  } catch (error) {
    const resource = { kind: 'object', uri: s3Uri(place), account } as const;
    throw awsFailure(error, { action: 's3:PutObject', resource, denied: 'KEY_PUT_DENIED' });
  }
}

import { AwsError, type CallContext } from '../../../contract/service';
import type { Bucket, ObjectEncryption } from './store';

/** Chooses the encryption of a new object: the request's, or else the bucket's, or else S3's own keys. */
export function chooseEncryption(input: any, bucket: Bucket, context: CallContext): ObjectEncryption {
  const byDefault = bucket.settings.BucketEncryption?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
  const ServerSideEncryption = input.ServerSideEncryption ?? byDefault?.SSEAlgorithm ?? 'AES256';
  if (ServerSideEncryption === 'AES256') return { ServerSideEncryption };
  const keyId = input.SSEKMSKeyId ?? (input.ServerSideEncryption ? undefined : byDefault?.KMSMasterKeyID);
  return { ServerSideEncryption, SSEKMSKeyId: keyId === undefined ? undefined : keyArn(keyId, context) };
}

/**
 * S3 asks KMS on the caller's behalf, so the caller needs the permission. AWS's own key (`aws/s3`) is open to
 * everyone in the account.
 */
export async function useKey(
  operation: 'GenerateDataKey' | 'Decrypt',
  { SSEKMSKeyId: KeyId }: ObjectEncryption,
  objectArn: string,
  context: CallContext,
): Promise<void> {
  if (KeyId === undefined) return;
  try {
    await context.call('kms', operation, {
      KeyId,
      EncryptionContext: { 'aws:s3:arn': objectArn },
      ViaService: `s3.${context.region}.amazonaws.com`,
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'AccessDeniedException') throw new AwsError('AccessDenied', error.message, 403);
    throw new AwsError(`KMS.${error.code}`, error.message, error.statusCode);
  }
}

const keyArn = (keyId: string, { region, accountId }: CallContext): string => {
  if (keyId.startsWith('arn:')) return keyId;
  return `arn:aws:kms:${region}:${accountId}:${keyId.startsWith('alias/') ? keyId : `key/${keyId}`}`;
};

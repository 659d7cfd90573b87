import { type Sandbox, startSandbox } from '../../../../aws/sandbox';

const Bucket = 'keys';
const CLOSED = JSON.stringify({
  Statement: { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::keys/*' },
});

describe('a bucket', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox();
    await sandbox.call('s3', 'CreateBucket', {
      Bucket,
      CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-1' },
    });
  });
  afterEach(() => sandbox.close());

  const call = (operation: string, input: object = {}) => sandbox.call('s3', operation, { Bucket, ...input });

  it.each([
    [
      'PublicAccessBlock',
      { PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
      'NoSuchPublicAccessBlockConfiguration',
      'DeletePublicAccessBlock',
    ],
    ['BucketPolicy', { Policy: CLOSED }, 'NoSuchBucketPolicy', 'DeleteBucketPolicy'],
    ['BucketTagging', { TagSet: [{ Key: 'a', Value: '1' }] }, 'NoSuchTagSet', 'DeleteBucketTagging'],
  ])('keeps its %s until it is deleted', async (name, value, missing, remove) => {
    // A bucket is made closed and with an owner: there is nothing to miss before it is deleted.
    await call(remove);
    await expect(call(`Get${name}`)).rejects.toMatchObject({ code: missing, statusCode: 404 });
    await call(`Put${name}`, 'TagSet' in value ? { Tagging: value } : value);
    expect(await call(`Get${name}`)).toEqual(value);
    await call(remove);
    await expect(call(`Get${name}`)).rejects.toMatchObject({ code: missing });
  });

  it('is encrypted from the start, and again after its own encryption is deleted', async () => {
    const BlockedEncryptionTypes = { EncryptionType: ['SSE-C'] };
    const byS3 = {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
          BucketKeyEnabled: false,
          BlockedEncryptionTypes,
        },
      ],
    };
    const kms = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } };
    const byKms = { Rules: [{ ...kms, BlockedEncryptionTypes }] };
    expect(await call('GetBucketEncryption')).toEqual({ ServerSideEncryptionConfiguration: byS3 });
    await call('PutBucketEncryption', { ServerSideEncryptionConfiguration: { Rules: [kms] } });
    expect(await call('GetBucketEncryption')).toEqual({ ServerSideEncryptionConfiguration: byKms });
    await call('DeleteBucketEncryption');
    expect(await call('GetBucketEncryption')).toEqual({ ServerSideEncryptionConfiguration: byS3 });
  });

  it('keeps no versions until told to', async () => {
    expect(await call('GetBucketVersioning')).toEqual({});
    expect(await call('PutObject', { Key: 'k', Body: '1' })).not.toHaveProperty('VersionId');
    await call('PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } });
    expect(await call('GetBucketVersioning')).toEqual({ Status: 'Enabled' });
    const { VersionId } = await call('PutObject', { Key: 'k', Body: '2' });

    const { Versions } = await call('ListObjectVersions');
    expect(Versions).toMatchObject([
      { Key: 'k', VersionId, IsLatest: true },
      { Key: 'k', VersionId: 'null', IsLatest: false },
    ]);
  });

  it('refuses to be deleted before every version and marker is', async () => {
    await call('PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } });
    await call('PutObject', { Key: 'k', Body: '1' });
    await call('DeleteObject', { Key: 'k' });
    await expect(call('DeleteBucket')).rejects.toMatchObject({ code: 'BucketNotEmpty' });

    const { Versions, DeleteMarkers } = await call('ListObjectVersions');
    await call('DeleteObjects', { Delete: { Objects: [...Versions, ...DeleteMarkers] } });
    await call('DeleteBucket');
    await expect(call('HeadBucket')).rejects.toMatchObject({ code: 'NoSuchBucket' });
  });
});

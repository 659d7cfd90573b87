import { makeBucket, useSandbox } from '../../../use-sandbox';

const Bucket = 'keys';
describe('a bucket', () => {
  const sandbox = useSandbox();
  beforeEach(() => makeBucket(sandbox, Bucket));

  const call = (operation: string, input: object = {}) => sandbox.call('s3', operation, { Bucket, ...input });

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

  it('keeps no versions until that is enabled', async () => {
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

  describe('with a lifecycle', () => {
    const RULE = { ID: 'old', Status: 'Enabled', Filter: { Prefix: 'old/' }, Expiration: { Days: 1 } };
    const put = (...Rules: object[]) =>
      call('PutBucketLifecycleConfiguration', { LifecycleConfiguration: { Rules } });

    it('keeps objects as small as those that AWS keeps by default', async () => {
      await put(RULE);
      const { TransitionDefaultMinimumObjectSize } = await call('GetBucketLifecycleConfiguration');
      expect(TransitionDefaultMinimumObjectSize).toBe('all_storage_classes_128K');
    });

    it.each<[string, string, object[]]>([
      ['no rule', 'MalformedXML', []],
      ['a rule without a filter', 'MalformedXML', [{ ...RULE, Filter: undefined }]],
      ['a rule without an action', 'InvalidRequest', [{ ...RULE, Expiration: undefined }]],
      ['a rule of no days', 'InvalidArgument', [{ ...RULE, Expiration: { Days: 0 } }]],
      ['a filter beside a prefix', 'MalformedXML', [{ ...RULE, Prefix: 'old/' }]],
      ['two rules of a name', 'InvalidArgument', [RULE, RULE]],
    ])('refuses %s', async (_, code, rules) => {
      await expect(put(...rules)).rejects.toMatchObject({ code });
    });
  });

  it('is made once; a repetition in us-east-1 is not an error, and deletes nothing', async () => {
    const there = (operation: string, input: object = {}) =>
      sandbox.call('s3', operation, { Bucket: 'keys-2', ...input }, { region: 'us-east-1' });
    await there('CreateBucket');
    await there('PutObject', { Key: 'k', Body: '1' });
    expect(await there('CreateBucket')).toMatchObject({ Location: '/keys-2' });
    expect(await there('ListObjectsV2')).toMatchObject({ KeyCount: 1 });
    await expect(there('CreateBucket', { Bucket })).rejects.toMatchObject({
      code: 'BucketAlreadyOwnedByYou',
    });
  });

  it('cannot be deleted before all its versions and markers are', async () => {
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

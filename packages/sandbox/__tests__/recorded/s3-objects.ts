import { type Recorded, refusal } from './recorded';
import { BUCKET } from './s3';

const SCHEMA = 'The XML you provided was not well-formed or did not validate against our published schema';
const CONDITION = 'At least one of the pre-conditions you specified did not hold';
const NOT_IMPLEMENTED = 'A header you provided implies functionality that is not implemented';
const bucket = { Bucket: BUCKET };
const key = { ...bucket, Key: 'key' };
const put = ['PutObject', { ...key, Body: '0123456789' }] as const;
const source = { ...bucket, Key: 'copy', CopySource: `${BUCKET}/key` };
const long = new Date('2020-01-01T00:00:00Z');
const ETAG = '"781e5e245d69b566979b86e28d23f2c7"';
const failed = (Condition: string) => refusal('PreconditionFailed', 412, CONDITION, { Condition });
const noBucket = { BucketName: 'none-of-that-name' };
const ask = (
  what: string,
  operation: string,
  input: object,
  answer: Pick<Recorded, 'refused' | 'answered'>,
  after?: Recorded['after'],
): Recorded => ({ what, operation, input, ...answer, ...(after && { after }) });
const tags = (...TagSet: object[]) => ({ ...bucket, Tagging: { TagSet } });
const versioned = [
  'PutBucketVersioning',
  { ...bucket, VersioningConfiguration: { Status: 'Enabled' } },
] as const;
const deleted = ['DeleteObject', key] as const;

/** As AWS answered: tags, checksums, copies, lists; LocalStack's snapshots of S3. */
export const S3_OBJECTS: readonly Recorded[] = [
  ...(
    [
      'GetObject',
      'HeadBucket',
      'DeleteBucket',
      'ListObjectsV2',
      'ListObjectVersions',
      'GetBucketLocation',
      'GetBucketPolicy',
    ] as const
  ).map(
    (operation): Recorded =>
      ask(
        `${operation} of a bucket that is not there`,
        operation,
        { Bucket: 'none-of-that-name', ...(operation === 'GetObject' && { Key: 'key' }) },
        refusal('NoSuchBucket', 404, 'The specified bucket does not exist', noBucket),
      ),
  ),
  ask(
    'keys of a bucket that is not there, deleted',
    'DeleteObjects',
    { Bucket: 'none-of-that-name', Delete: { Objects: [{ Key: 'a' }] } },
    refusal('NoSuchBucket', 404, 'The specified bucket does not exist', noBucket),
  ),
  ask(
    'keys that are not there, deleted',
    'DeleteObjects',
    { ...bucket, Delete: { Objects: [{ Key: 'a' }] } },
    { answered: { Deleted: [{ Key: 'a' }] } },
  ),
  ask(
    'a key in other case',
    'GetObject',
    { ...bucket, Key: 'KEY' },
    refusal('NoSuchKey', 404, 'The specified key does not exist.', { Key: 'KEY' }),
    [put],
  ),
  ask(
    'a deleted key',
    'GetObject',
    key,
    refusal('NoSuchKey', 404, 'The specified key does not exist.', { Key: 'key' }),
    [versioned, put, deleted],
  ),
  ask('a deleted key, looked at', 'HeadObject', key, refusal('NoSuchKey', 404), [versioned, put, deleted]),
  ask(
    'a name in upper case',
    'CreateBucket',
    { Bucket: 'UPPER-CASE', CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-1' } },
    refusal('InvalidBucketName', 400, 'The specified bucket is not valid.', { BucketName: 'UPPER-CASE' }),
  ),
  ask(
    'a bucket twice',
    'CreateBucket',
    { ...bucket, CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-1' } },
    refusal(
      'BucketAlreadyOwnedByYou',
      409,
      'Your previous request to create the named bucket succeeded and you already own it.',
      { BucketName: BUCKET },
    ),
  ),
  ask(
    'an ownership that is none',
    'CreateBucket',
    {
      Bucket: 'another',
      CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-1' },
      ObjectOwnership: 'RandomValue',
    },
    refusal('InvalidArgument', 400, 'Invalid x-amz-object-ownership header: RandomValue', {
      ArgumentName: 'x-amz-object-ownership',
    }),
  ),
  ask(
    'a payer that is none',
    'PutBucketRequestPayment',
    { ...bucket, RequestPaymentConfiguration: { Payer: 'Random' } },
    refusal('MalformedXML', 400, SCHEMA),
  ),
  ask(
    'no owner',
    'PutBucketOwnershipControls',
    { ...bucket, OwnershipControls: { Rules: [] } },
    refusal('MalformedXML', 400, SCHEMA),
  ),
  ask(
    'two owners',
    'PutBucketOwnershipControls',
    {
      ...bucket,
      OwnershipControls: {
        Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }, { ObjectOwnership: 'ObjectWriter' }],
      },
    },
    refusal('MalformedXML', 400, SCHEMA),
  ),
  ask(
    'an owner after he is deleted',
    'GetBucketOwnershipControls',
    bucket,
    refusal('OwnershipControlsNotFoundError', 404, 'The bucket ownership controls were not found', {
      BucketName: BUCKET,
    }),
    [['DeleteBucketOwnershipControls', bucket]],
  ),
  ask(
    'a tag with a comma',
    'PutBucketTagging',
    tags({ Key: 'Key1,Key2', Value: 'v' }),
    refusal('InvalidTag', 400, 'The TagKey you have provided is invalid', { TagKey: 'Key1,Key2' }),
  ),
  ask(
    'a tag’s value with a comma',
    'PutBucketTagging',
    tags({ Key: 'Key1', Value: 'Val1,Val2' }),
    refusal('InvalidTag', 400, 'The TagValue you have provided is invalid', {
      TagKey: 'Key1',
      TagValue: 'Val1,Val2',
    }),
  ),
  ask(
    'a tag of the system',
    'PutBucketTagging',
    tags({ Key: 'aws:prefixed', Value: 'v' }),
    refusal('InvalidTag', 400, 'System tags cannot be added/updated by requester', {
      TagKey: 'aws:prefixed',
    }),
  ),
  ask(
    'two tags of one key, named',
    'PutBucketTagging',
    tags({ Key: 'Key1', Value: 'a' }, { Key: 'Key1', Value: 'b' }),
    refusal('InvalidTag', 400, 'Cannot provide multiple Tags with the same key', { TagKey: 'Key1' }),
  ),
  ask(
    'no tags',
    'GetBucketTagging',
    bucket,
    refusal('NoSuchTagSet', 404, 'The TagSet does not exist', { BucketName: BUCKET }),
    [['PutBucketTagging', tags()]],
  ),
  ask(
    'tags of an object that are not encoded',
    'PutObject',
    { ...key, Body: 'x', Tagging: 'key1=val1&key1=val2' },
    refusal(
      'InvalidArgument',
      400,
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      { ArgumentName: 'x-amz-tagging', ArgumentValue: 'key1=val1&key1=val2' },
    ),
  ),
  ...(['CRC32', 'SHA256'] as const).flatMap((algorithm): Recorded[] => [
    ask(
      `a ${algorithm} that is none`,
      'PutObject',
      { ...key, Body: 'x', [`Checksum${algorithm}`]: 'test' },
      refusal(
        'InvalidRequest',
        400,
        `Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid.`,
      ),
    ),
    ask(
      `a ${algorithm} of something else`,
      'PutObject',
      {
        ...key,
        Body: 'x',
        [`Checksum${algorithm}`]: algorithm === 'CRC32' ? 'AAAAAA==' : `${'A'.repeat(43)}=`,
      },
      refusal('BadDigest', 400, `The ${algorithm} you specified did not match the calculated checksum.`),
    ),
  ]),
  ask(
    'an MD5 that is none',
    'PutObject',
    { ...key, Body: 'x', ContentMD5: 'MTIz' },
    refusal('InvalidDigest', 400, 'The Content-MD5 you specified was invalid.', { 'Content-MD5': 'MTIz' }),
  ),
  ask(
    'an MD5 of something else',
    'PutObject',
    { ...key, Body: 'x', ContentMD5: 'CYketZBSTjX8czcs3cXVlg==' },
    refusal('BadDigest', 400, 'The Content-MD5 you specified did not match what we received.'),
  ),
  ask(
    'a storage class that is none of a region',
    'PutObject',
    { ...key, Body: 'x', StorageClass: 'OUTPOSTS' },
    refusal('InvalidStorageClass', 400, 'The storage class you specified is not valid', {
      StorageClassRequested: 'OUTPOSTS',
    }),
  ),
  ask(
    'a copy from a bucket that is not there',
    'CopyObject',
    { ...source, CopySource: 'none-of-that-name/key' },
    refusal('NoSuchBucket', 404, 'The specified bucket does not exist', noBucket),
  ),
  ask(
    'a copy of what is not there',
    'CopyObject',
    { ...source, CopySource: `${BUCKET}/none` },
    refusal('NoSuchKey', 404, 'The specified key does not exist.', { Key: 'none' }),
  ),
  ask(
    'a copy of another version',
    'CopyObject',
    { ...source, CopySourceIfMatch: '"none"' },
    failed('x-amz-copy-source-If-Match'),
    [put],
  ),
  ask(
    'a copy of what must have changed',
    'CopyObject',
    { ...source, CopySourceIfNoneMatch: ETAG },
    failed('x-amz-copy-source-If-None-Match'),
    [put],
  ),
  ask(
    'a copy of what must not have changed since',
    'CopyObject',
    { ...source, CopySourceIfUnmodifiedSince: long },
    failed('x-amz-copy-source-If-Unmodified-Since'),
    [put],
  ),
  ask(
    'a copy over what is there, as the first',
    'CopyObject',
    { ...source, IfNoneMatch: '*' },
    failed('If-None-Match'),
    [put, ['PutObject', { ...bucket, Key: 'copy', Body: 'x' }]],
  ),
  ask('a copy over another version', 'CopyObject', { ...source, IfMatch: '"none"' }, failed('If-Match'), [
    put,
    ['PutObject', { ...bucket, Key: 'copy', Body: 'x' }],
  ]),
  ask(
    'a copy over nothing',
    'CopyObject',
    { ...source, IfMatch: ETAG },
    refusal('NoSuchKey', 404, 'The specified key does not exist.', { Key: 'copy' }),
    [put],
  ),
  ask(
    'a copy as the first by ETag',
    'CopyObject',
    { ...source, IfNoneMatch: ETAG },
    refusal('NotImplemented', 501, NOT_IMPLEMENTED, { Header: 'If-None-Match' }),
    [put],
  ),
  ask(
    'a copy over whatever',
    'CopyObject',
    { ...source, IfMatch: '*' },
    refusal('NotImplemented', 501, NOT_IMPLEMENTED, { Header: 'If-Match' }),
    [put],
  ),
  ask(
    'a copy under both conditions',
    'CopyObject',
    { ...source, IfMatch: ETAG, IfNoneMatch: '*' },
    refusal('NotImplemented', 501, NOT_IMPLEMENTED, { Header: 'If-Match,If-None-Match' }),
    [put],
  ),
  ask(
    'a write over what was deleted',
    'PutObject',
    { ...key, Body: 'x', IfMatch: ETAG },
    refusal('NoSuchKey', 404, 'The specified key does not exist.', { Key: 'key' }),
    [versioned, put, deleted],
  ),
  ask(
    'a first write over what was deleted',
    'PutObject',
    { ...key, Body: 'x', IfNoneMatch: '*' },
    { answered: {} },
    [versioned, put, deleted],
  ),
  ask(
    'a continuation that is none',
    'ListObjectsV2',
    { ...bucket, ContinuationToken: 'wrong' },
    refusal('InvalidArgument', 400, 'The continuation token provided is incorrect', {
      ArgumentName: 'continuation-token',
    }),
  ),
  ask(
    'an encoding that is none',
    'ListObjectsV2',
    { ...bucket, EncodingType: 'value' },
    refusal('InvalidArgument', 400, 'Invalid Encoding Method specified in Request', {
      ArgumentName: 'encoding-type',
      ArgumentValue: 'value',
    }),
  ),
  ask(
    'an encoding of versions that is none',
    'ListObjectVersions',
    { ...bucket, EncodingType: 'value' },
    refusal('InvalidArgument', 400, 'Invalid Encoding Method specified in Request', {
      ArgumentName: 'encoding-type',
      ArgumentValue: 'value',
    }),
  ),
  ask(
    'a version to go on from, without a key',
    'ListObjectVersions',
    { ...bucket, VersionIdMarker: 'x'.repeat(32) },
    refusal('InvalidArgument', 400, 'A version-id marker cannot be specified without a key marker.', {
      ArgumentName: 'version-id-marker',
      ArgumentValue: 'x'.repeat(32),
    }),
  ),
  ask(
    'buckets of a region that is none',
    'ListBuckets',
    { BucketRegion: 'eu-east-1' },
    refusal('InvalidArgument', 400, 'Argument value eu-east-1 is not a valid AWS Region', {
      ArgumentName: 'bucket-region',
    }),
  ),
  ask(
    'a part and a range',
    'GetObject',
    { ...key, PartNumber: 1, Range: 'bytes=0-1' },
    refusal('InvalidRequest', 400, 'Cannot specify both Range header and partNumber query parameter'),
    [put],
  ),
  ask('a list of nothing', 'ListObjectsV2', bucket, {
    answered: { Name: BUCKET, KeyCount: 0, MaxKeys: 1000, IsTruncated: false, Prefix: '' },
  }),
  ask(
    'a list of no keys at all',
    'ListObjectsV2',
    { ...bucket, MaxKeys: 0 },
    { answered: { KeyCount: 0, MaxKeys: 0, IsTruncated: false } },
    [put],
  ),
];

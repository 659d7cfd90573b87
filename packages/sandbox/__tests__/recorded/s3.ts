import { type Recorded, refusal } from './recorded';

export const BUCKET = 'recorded';
const CONTENT = '0123456789';
const ETAG = '"781e5e245d69b566979b86e28d23f2c7"';
const SCHEMA = 'The XML you provided was not well-formed or did not validate against our published schema';
const CONDITION = 'At least one of the pre-conditions you specified did not hold';
const NOT_IMPLEMENTED = 'A header you provided implies functionality that is not implemented';

const key = { Bucket: BUCKET, Key: 'key' };
const bucket = { Bucket: BUCKET };
const put = ['PutObject', { ...key, Body: CONTENT }] as const;
const versioned = [
  'PutBucketVersioning',
  { ...bucket, VersioningConfiguration: { Status: 'Enabled' } },
] as const;
const long = new Date('2020-01-01T00:00:00Z');
const soon = new Date('2099-01-01T00:00:00Z');

const missing = (operation: string, code: string, message: string): Recorded => ({
  what: `${operation} of a bare bucket`,
  operation,
  input: bucket,
  ...refusal(code, 404, message, { BucketName: BUCKET }),
});
const failed = (Condition: string) => refusal('PreconditionFailed', 412, CONDITION, { Condition });

/** As AWS answered; LocalStack's snapshots of S3 (`test_s3`, `test_s3_api`, `test_s3_preconditions`) have the facts. */
export const S3: readonly Recorded[] = [
  missing('GetBucketPolicy', 'NoSuchBucketPolicy', 'The bucket policy does not exist'),
  missing('GetBucketCors', 'NoSuchCORSConfiguration', 'The CORS configuration does not exist'),
  missing(
    'GetBucketWebsite',
    'NoSuchWebsiteConfiguration',
    'The specified bucket does not have a website configuration',
  ),
  missing(
    'GetBucketReplication',
    'ReplicationConfigurationNotFoundError',
    'The replication configuration was not found',
  ),
  missing(
    'GetObjectLockConfiguration',
    'ObjectLockConfigurationNotFoundError',
    'Object Lock configuration does not exist for this bucket',
  ),
  missing(
    'GetBucketLifecycleConfiguration',
    'NoSuchLifecycleConfiguration',
    'The lifecycle configuration does not exist',
  ),
  missing('GetBucketTagging', 'NoSuchTagSet', 'The TagSet does not exist'),
  { what: 'versioning of a bare bucket', operation: 'GetBucketVersioning', input: bucket, answered: {} },
  {
    what: 'who pays for a bare bucket',
    operation: 'GetBucketRequestPayment',
    input: bucket,
    answered: { Payer: 'BucketOwner' },
  },
  { what: 'logging of a bare bucket', operation: 'GetBucketLogging', input: bucket, answered: {} },
  {
    what: 'acceleration of a bare bucket',
    operation: 'GetBucketAccelerateConfiguration',
    input: bucket,
    answered: {},
  },
  {
    what: 'a new bucket is closed',
    operation: 'GetPublicAccessBlock',
    input: bucket,
    answered: {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    },
  },
  {
    what: 'a new bucket owns its objects',
    operation: 'GetBucketOwnershipControls',
    input: bucket,
    answered: { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
  },
  {
    what: 'CORS is deleted, and the bucket is not',
    operation: 'GetBucketLocation',
    after: [['DeleteBucketCors', bucket]],
    input: bucket,
    answered: { LocationConstraint: 'ap-northeast-1' },
  },
  {
    what: 'an empty policy',
    operation: 'PutBucketPolicy',
    input: { ...bucket, Policy: '' },
    ...refusal('MalformedPolicy', 400, "Policies must be valid JSON and the first byte must be '{'"),
  },
  {
    what: 'a policy that is a word',
    operation: 'PutBucketPolicy',
    input: { ...bucket, Policy: 'word' },
    ...refusal('MalformedPolicy', 400, "Policies must be valid JSON and the first byte must be '{'"),
  },
  {
    what: 'a policy without statements',
    operation: 'PutBucketPolicy',
    input: { ...bucket, Policy: '{}' },
    ...refusal('MalformedPolicy', 400, 'Missing required field Statement'),
  },
  {
    what: 'an owner that is none',
    operation: 'PutBucketOwnershipControls',
    input: { ...bucket, OwnershipControls: { Rules: [{ ObjectOwnership: 'x' }] } },
    ...refusal('MalformedXML', 400, SCHEMA),
  },
  {
    what: 'versioning that is none',
    operation: 'PutBucketVersioning',
    input: { ...bucket, VersioningConfiguration: { Status: 'enabled' } },
    ...refusal('MalformedXML', 400, SCHEMA),
  },
  {
    what: 'acceleration in lower case',
    operation: 'PutBucketAccelerateConfiguration',
    input: { ...bucket, AccelerateConfiguration: { Status: 'enabled' } },
    ...refusal('MalformedXML', 400, SCHEMA),
  },
  {
    what: 'two tags of one key',
    operation: 'PutBucketTagging',
    input: {
      ...bucket,
      Tagging: {
        TagSet: [
          { Key: 'Key1', Value: 'a' },
          { Key: 'Key1', Value: 'b' },
        ],
      },
    },
    ...refusal('InvalidTag', 400, 'Cannot provide multiple Tags with the same key'),
  },
  {
    what: "a tag of AWS's",
    operation: 'PutBucketTagging',
    input: { ...bucket, Tagging: { TagSet: [{ Key: 'aws:prefixed', Value: 'a' }] } },
    ...refusal('InvalidTag', 400, 'System tags cannot be added/updated by requester'),
  },
  {
    what: 'a bucket that is there',
    operation: 'CreateBucket',
    input: { ...bucket, CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-1' } },
    ...refusal(
      'BucketAlreadyOwnedByYou',
      409,
      'Your previous request to create the named bucket succeeded and you already own it.',
      { BucketName: BUCKET },
    ),
  },
  {
    what: 'a bucket of no named place',
    operation: 'CreateBucket',
    input: { Bucket: 'other-one' },
    ...refusal(
      'IllegalLocationConstraintException',
      400,
      'The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.',
    ),
  },
  {
    what: 'a bucket of another place',
    operation: 'CreateBucket',
    input: { Bucket: 'other-one', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } },
    ...refusal(
      'IllegalLocationConstraintException',
      400,
      'The eu-west-1 location constraint is incompatible for the region specific endpoint this request was sent to.',
    ),
  },
  {
    what: 'a bucket of the first region by name',
    operation: 'CreateBucket',
    input: { Bucket: 'other-one', CreateBucketConfiguration: { LocationConstraint: 'us-east-1' } },
    ...refusal('InvalidLocationConstraint', 400, 'The specified location-constraint is not valid', {
      LocationConstraint: 'us-east-1',
    }),
  },
  {
    what: 'a bucket that is not there',
    operation: 'GetBucketTagging',
    input: { Bucket: 'not-there' },
    ...refusal('NoSuchBucket', 404, 'The specified bucket does not exist', { BucketName: 'not-there' }),
  },
  {
    what: 'a bucket that is not empty',
    operation: 'DeleteBucket',
    after: [put],
    input: bucket,
    ...refusal('BucketNotEmpty', 409, 'The bucket you tried to delete is not empty', { BucketName: BUCKET }),
  },
  {
    what: 'the bucket of another owner',
    operation: 'HeadBucket',
    input: { ...bucket, ExpectedBucketOwner: '000000000000' },
    ...refusal('AccessDenied', 403, 'Access Denied'),
  },
  {
    what: 'a part',
    operation: 'GetObject',
    after: [put],
    input: { ...key, Range: 'bytes=0-8' },
    answered: { ContentRange: 'bytes 0-8/10', ContentLength: 9 },
  },
  {
    what: 'a part to the end',
    operation: 'GetObject',
    after: [put],
    input: { ...key, Range: 'bytes=5-' },
    answered: { ContentRange: 'bytes 5-9/10', ContentLength: 5 },
  },
  {
    what: 'the last bytes',
    operation: 'GetObject',
    after: [put],
    input: { ...key, Range: 'bytes=-8' },
    answered: { ContentRange: 'bytes 2-9/10', ContentLength: 8 },
  },
  {
    what: 'a part beyond the end',
    operation: 'GetObject',
    after: [put],
    input: { ...key, Range: 'bytes=0-20' },
    answered: { ContentRange: 'bytes 0-9/10', ContentLength: 10 },
  },
  {
    what: 'a part that is none',
    operation: 'GetObject',
    after: [put],
    input: { ...key, Range: 'bytes=8-2' },
    answered: { ContentLength: 10 },
  },
  {
    what: 'no last bytes',
    operation: 'GetObject',
    after: [put],
    input: { ...key, Range: 'bytes=-0' },
    ...refusal('InvalidRange', 416, 'The requested range is not satisfiable', {
      RangeRequested: 'bytes=-0',
      ActualObjectSize: 10,
    }),
  },
  {
    what: 'a part behind the end',
    operation: 'GetObject',
    after: [put],
    input: { ...key, Range: 'bytes=100-200' },
    ...refusal('InvalidRange', 416, 'The requested range is not satisfiable', {
      RangeRequested: 'bytes=100-200',
      ActualObjectSize: 10,
    }),
  },
  {
    what: 'a key that is not there',
    operation: 'GetObject',
    input: { ...bucket, Key: 'none' },
    ...refusal('NoSuchKey', 404, 'The specified key does not exist.', { Key: 'none' }),
  },
  {
    what: 'a version id that can be none',
    operation: 'GetObject',
    after: [put],
    input: { ...key, VersionId: 'x' },
    ...refusal('InvalidArgument', 400, 'Invalid version id specified', {
      ArgumentName: 'versionId',
      ArgumentValue: 'x',
    }),
  },
  {
    what: 'a version that is not there',
    operation: 'GetObject',
    after: [put],
    input: { ...key, VersionId: 'a'.repeat(32) },
    ...refusal('NoSuchVersion', 404, 'The specified version does not exist.'),
  },
  {
    what: 'what is older than versioning',
    operation: 'HeadObject',
    after: [put, versioned],
    input: key,
    answered: { VersionId: 'null' },
  },
  {
    what: 'deleted names of a batch',
    operation: 'DeleteObjects',
    after: [versioned, put],
    input: { ...bucket, Delete: { Objects: [{ Key: 'key' }] } },
    answered: {
      Deleted: [{ Key: 'key', DeleteMarker: true, DeleteMarkerVersionId: expect.stringMatching(/^.{32}$/) }],
    },
  },
  {
    what: 'a copy onto itself',
    operation: 'CopyObject',
    after: [put],
    input: { ...key, CopySource: `${BUCKET}/key` },
    ...refusal(
      'InvalidRequest',
      400,
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    ),
  },
  {
    what: 'a read of the very version',
    operation: 'GetObject',
    after: [put],
    input: { ...key, IfMatch: ETAG },
    answered: { ETag: ETAG },
  },
  {
    what: 'a read of another version',
    operation: 'GetObject',
    after: [put],
    input: { ...key, IfMatch: '"other"' },
    ...failed('If-Match'),
  },
  {
    what: 'a read of what is new',
    operation: 'GetObject',
    after: [put],
    input: { ...key, IfNoneMatch: ETAG },
    ...refusal('NotModified', 304),
  },
  {
    what: 'a read of what has changed since',
    operation: 'GetObject',
    after: [put],
    input: { ...key, IfModifiedSince: long },
    answered: { ETag: ETAG },
  },
  {
    what: 'a read of what has not changed since',
    operation: 'GetObject',
    after: [put],
    input: { ...key, IfModifiedSince: soon },
    ...refusal('NotModified', 304),
  },
  {
    what: 'a read of what has changed though it must not',
    operation: 'GetObject',
    after: [put],
    input: { ...key, IfUnmodifiedSince: long },
    ...failed('If-Unmodified-Since'),
  },
  {
    what: 'an ETag makes the time void',
    operation: 'GetObject',
    after: [put],
    input: { ...key, IfMatch: ETAG, IfUnmodifiedSince: long },
    answered: { ETag: ETAG },
  },
  {
    what: 'a first write of what is there',
    operation: 'PutObject',
    after: [put],
    input: { ...key, IfNoneMatch: '*' },
    ...failed('If-None-Match'),
  },
  {
    what: 'a first write by ETag',
    operation: 'PutObject',
    input: { ...key, IfNoneMatch: ETAG },
    ...refusal('NotImplemented', 501, NOT_IMPLEMENTED, {
      Header: 'If-None-Match',
      additionalMessage: "We don't accept the provided value of If-None-Match header for this API",
    }),
  },
  {
    what: 'a write over another version',
    operation: 'PutObject',
    after: [put],
    input: { ...key, IfMatch: '"other"' },
    ...failed('If-Match'),
  },
  {
    what: 'a write over nothing',
    operation: 'PutObject',
    input: { ...bucket, Key: 'none', IfMatch: ETAG },
    ...refusal('NoSuchKey', 404, 'The specified key does not exist.', { Key: 'none' }),
  },
  {
    what: 'a write over whatever',
    operation: 'PutObject',
    after: [put],
    input: { ...key, IfMatch: '*' },
    ...refusal('NotImplemented', 501, NOT_IMPLEMENTED, {
      Header: 'If-Match',
      additionalMessage: "We don't accept the provided value of If-Match header for this API",
    }),
  },
  {
    what: 'a write under both conditions',
    operation: 'PutObject',
    after: [put],
    input: { ...key, IfMatch: ETAG, IfNoneMatch: '*' },
    ...refusal('NotImplemented', 501, NOT_IMPLEMENTED, {
      Header: 'If-Match,If-None-Match',
      additionalMessage: 'Multiple conditional request headers present in the request',
    }),
  },
  {
    what: 'a delete of another version',
    operation: 'DeleteObject',
    after: [put],
    input: { ...key, IfMatch: '"other"' },
    ...failed('If-Match'),
  },
  {
    what: 'a delete by time',
    operation: 'DeleteObject',
    after: [put],
    input: { ...key, IfMatchLastModifiedTime: long },
    ...refusal('NotImplemented', 501, NOT_IMPLEMENTED, { Header: 'x-amz-if-match-last-modified-time' }),
  },
  {
    what: 'a delete by size',
    operation: 'DeleteObject',
    after: [put],
    input: { ...key, IfMatchSize: 10 },
    ...refusal('NotImplemented', 501, NOT_IMPLEMENTED, { Header: 'x-amz-if-match-size' }),
  },
  ...(
    [
      ['x-amz-copy-source-If-Match', { CopySourceIfMatch: '"other"' }],
      ['x-amz-copy-source-If-None-Match', { CopySourceIfNoneMatch: ETAG }],
      ['x-amz-copy-source-If-Unmodified-Since', { CopySourceIfUnmodifiedSince: long }],
      ['x-amz-copy-source-If-Modified-Since', { CopySourceIfModifiedSince: soon }],
    ] as const
  ).map(([Condition, more]) => ({
    what: `a copy under ${Condition}`,
    operation: 'CopyObject',
    after: [put],
    input: { ...bucket, Key: 'copy', CopySource: `${BUCKET}/key`, ...more },
    ...failed(Condition),
  })),
];

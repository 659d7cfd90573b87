import { XMLParser } from 'fast-xml-parser';
import type { AwsError, WireProtocol, WireRequest, WireResponse } from '../../service';
import { decodeAwsChunked } from '../../wire/aws-chunked';
import { toXml, XML_DECLARATION } from '../../wire/xml';
import { CHECKSUM_HEADERS } from './checksums';
import { PermanentRedirect } from './store';

/** Request header → input member. */
const REQUEST_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'ContentType',
  'content-md5': 'ContentMD5',
  'cache-control': 'CacheControl',
  'if-match': 'IfMatch',
  'if-none-match': 'IfNoneMatch',
  'x-amz-copy-source': 'CopySource',
  'x-amz-server-side-encryption': 'ServerSideEncryption',
  'x-amz-server-side-encryption-aws-kms-key-id': 'SSEKMSKeyId',
  'x-amz-checksum-mode': 'ChecksumMode',
  'x-amz-tagging': 'Tagging',
};

/** Output member → response header. */
const RESPONSE_HEADERS: Readonly<Record<string, string>> = {
  ETag: 'etag',
  ContentLength: 'content-length',
  ContentType: 'content-type',
  ContentEncoding: 'content-encoding',
  CacheControl: 'cache-control',
  AcceptRanges: 'accept-ranges',
  VersionId: 'x-amz-version-id',
  DeleteMarker: 'x-amz-delete-marker',
  ServerSideEncryption: 'x-amz-server-side-encryption',
  SSEKMSKeyId: 'x-amz-server-side-encryption-aws-kms-key-id',
  BucketRegion: 'x-amz-bucket-region',
  ...CHECKSUM_HEADERS,
};

/** Query parameter → input member. */
const QUERY: Readonly<Record<string, string>> = {
  versionId: 'VersionId',
  prefix: 'Prefix',
  delimiter: 'Delimiter',
  'max-keys': 'MaxKeys',
  'continuation-token': 'ContinuationToken',
  'start-after': 'StartAfter',
  'encoding-type': 'EncodingType',
  'key-marker': 'KeyMarker',
};

/** `METHOD subresource`, `bucket` or `object` → operation. */
const BUCKET_OPERATIONS: Readonly<Record<string, string>> = {
  PUT: 'CreateBucket',
  DELETE: 'DeleteBucket',
  HEAD: 'HeadBucket',
  GET: 'ListObjectsV2',
  'GET versions': 'ListObjectVersions',
  'GET location': 'GetBucketLocation',
  'GET encryption': 'GetBucketEncryption',
  'GET lifecycle': 'GetBucketLifecycleConfiguration',
  'GET ownershipControls': 'GetBucketOwnershipControls',
  'GET publicAccessBlock': 'GetPublicAccessBlock',
  'GET tagging': 'GetBucketTagging',
  'GET policy': 'GetBucketPolicy',
  'PUT policy': 'PutBucketPolicy',
  'DELETE policy': 'DeleteBucketPolicy',
  'GET versioning': 'GetBucketVersioning',
  'PUT versioning': 'PutBucketVersioning',
  'POST delete': 'DeleteObjects',
};
const OBJECT_OPERATIONS: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};
const SUBRESOURCES = [
  'versions',
  'location',
  'policy',
  'versioning',
  'delete',
  'encryption',
  'publicAccessBlock',
  'ownershipControls',
  'lifecycle',
  'tagging',
  'acl',
  'uploads',
  'uploadId',
  'attributes',
  'legal-hold',
  'retention',
];

const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'Object' });

/** The protocol of S3 (`restXml`, path style): what the SDK and the `aws` command send to an endpoint with an IP. */
export const s3Wire: WireProtocol = {
  decode(request) {
    const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(request.path) ?? [];
    if (bucket === '') return request.method === 'GET' ? { operation: 'ListBuckets', input: {} } : undefined;
    const subresource = SUBRESOURCES.find((name) => request.query.has(name));
    const route = subresource ? `${request.method} ${subresource}` : request.method;
    const operation = key === '' ? BUCKET_OPERATIONS[route] : OBJECT_OPERATIONS[route];
    if (!operation) return undefined;
    const input = inputOf(request);
    const name = decodeURIComponent(bucket);
    if (key === '') return { operation, input: { Bucket: name, ...input, ...bodyOf(operation, request) } };
    const place = { Bucket: name, Key: decodeURIComponent(key) };
    if (operation !== 'PutObject') return { operation, input: { ...place, ...input } };
    if (input.CopySource) return { operation: 'CopyObject', input: { ...place, ...input } };
    return { operation, input: { ...place, ...input, ...contentOf(request) } };
  },

  encode(operation, output, { requestId }) {
    const headers = { 'x-amz-request-id': requestId, ...headersOf(output ?? {}) };
    const xml = (body: string): WireResponse => ({
      statusCode: 200,
      headers: { ...headers, 'content-type': 'application/xml' },
      body: XML_DECLARATION + body,
    });
    switch (operation) {
      case 'GetObject':
        return { statusCode: 200, headers, body: output.Body };
      case 'DeleteObject':
      case 'DeleteBucket':
      case 'PutBucketPolicy':
      case 'DeleteBucketPolicy':
        return { statusCode: 204, headers };
      case 'GetBucketPolicy':
        return {
          statusCode: 200,
          headers: { ...headers, 'content-type': 'application/json' },
          body: output.Policy,
        };
      case 'ListObjectsV2':
        return xml(toXml(listing(output), 'ListBucketResult'));
      case 'ListObjectVersions':
        return xml(toXml(versionListing(output), 'ListVersionsResult'));
      case 'ListBuckets':
        return xml(
          toXml({ Owner: output.Owner, Buckets: { Bucket: output.Buckets } }, 'ListAllMyBucketsResult'),
        );
      case 'GetBucketLocation':
        return xml(toXml(output.LocationConstraint, 'LocationConstraint'));
      case 'GetBucketEncryption':
        return xml(withRules(output.ServerSideEncryptionConfiguration, 'ServerSideEncryptionConfiguration'));
      case 'GetBucketLifecycleConfiguration':
        return xml(withRules(output, 'LifecycleConfiguration'));
      case 'GetBucketOwnershipControls':
        return xml(withRules(output.OwnershipControls, 'OwnershipControls'));
      case 'GetPublicAccessBlock':
        return xml(toXml(output.PublicAccessBlockConfiguration, 'PublicAccessBlockConfiguration'));
      case 'GetBucketTagging':
        return xml(toXml({ TagSet: { Tag: output.TagSet } }, 'Tagging'));
      case 'GetBucketVersioning':
        return xml(toXml(output, 'VersioningConfiguration'));
      case 'DeleteObjects':
        return xml(toXml({ Deleted: output.Deleted, Error: output.Errors }, 'DeleteResult'));
      case 'CopyObject':
        return xml(toXml(output.CopyObjectResult, 'CopyObjectResult'));
      default:
        return { statusCode: 200, headers };
    }
  },

  encodeError(error: AwsError, { requestId }) {
    const region: Record<string, string> =
      error instanceof PermanentRedirect ? { 'x-amz-bucket-region': error.bucketRegion } : {};
    return {
      statusCode: error.statusCode,
      headers: { 'x-amz-request-id': requestId, 'content-type': 'application/xml', ...region },
      body:
        XML_DECLARATION + toXml({ Code: error.code, Message: error.message, RequestId: requestId }, 'Error'),
    };
  },
};

function inputOf({ headers, query }: WireRequest): Record<string, any> {
  const input: Record<string, any> = {};
  for (const [header, name] of Object.entries(REQUEST_HEADERS))
    if (headers[header]) input[name] = headers[header];
  for (const [parameter, name] of Object.entries(QUERY)) {
    const value = query.get(parameter);
    if (value !== null) input[name] = value;
  }
  return input;
}

/** Content, metadata and checksums of a Put, whether it came in one piece or streamed. */
function contentOf({ headers, body }: WireRequest): Record<string, any> {
  const streamed = headers['x-amz-content-sha256']?.startsWith('STREAMING-') ?? false;
  const { content, trailers } = streamed ? decodeAwsChunked(body) : { content: body, trailers: {} };
  const input: Record<string, any> = { Body: content, Metadata: {} };
  const encodings = (headers['content-encoding'] ?? '').split(',').map((encoding) => encoding.trim());
  const encoding = encodings.filter((name) => name !== '' && name !== 'aws-chunked').join(',');
  if (encoding !== '') input.ContentEncoding = encoding;
  const all: Record<string, string> = { ...headers, ...trailers };
  for (const [name, header] of Object.entries(CHECKSUM_HEADERS)) if (all[header]) input[name] = all[header];
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('x-amz-meta-')) input.Metadata[name.slice('x-amz-meta-'.length)] = value;
  }
  return input;
}

function bodyOf(operation: string, { body }: WireRequest): Record<string, any> {
  const text = body.toString('utf8');
  if (operation === 'PutBucketPolicy') return { Policy: text };
  if (text === '') return {};
  const xml = parser.parse(text);
  if (operation === 'CreateBucket') return { CreateBucketConfiguration: xml.CreateBucketConfiguration };
  if (operation === 'PutBucketVersioning') return { VersioningConfiguration: xml.VersioningConfiguration };
  if (operation === 'DeleteObjects') {
    return { Delete: { Objects: xml.Delete.Object, Quiet: xml.Delete.Quiet === 'true' } };
  }
  return {};
}

function headersOf(output: Record<string, any>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, header] of Object.entries(RESPONSE_HEADERS)) {
    if (output[name] !== undefined) headers[header] = String(output[name]);
  }
  if (output.LastModified instanceof Date) headers['last-modified'] = output.LastModified.toUTCString();
  for (const [name, value] of Object.entries(output.Metadata ?? {}))
    headers[`x-amz-meta-${name}`] = String(value);
  return headers;
}

/** The SDK's list `Rules` is a repeated `Rule` on the wire. */
const withRules = ({ Rules, ...rest }: any, name: string): string => toXml({ ...rest, Rule: Rules }, name);

/** Keys may hold characters that XML cannot: clients ask for them percent-encoded. */
const encodeKeys = (output: any, entries: readonly any[] | undefined, name: string) =>
  output.EncodingType === 'url'
    ? entries?.map((entry) => ({ ...entry, [name]: encodeURIComponent(entry[name]).replaceAll('%2F', '/') }))
    : entries;

const listing = ({ Contents, CommonPrefixes, ...rest }: any) => ({
  ...rest,
  Contents: encodeKeys(rest, Contents, 'Key'),
  CommonPrefixes: encodeKeys(rest, CommonPrefixes, 'Prefix'),
});

const versionListing = ({ Versions, DeleteMarkers, CommonPrefixes, ...rest }: any) => ({
  ...rest,
  Version: encodeKeys(rest, Versions, 'Key'),
  DeleteMarker: encodeKeys(rest, DeleteMarkers, 'Key'),
  CommonPrefixes: encodeKeys(rest, CommonPrefixes, 'Prefix'),
});

import type { AwsError, WireResponse } from '../contract/service';
import { malformed } from './errors';
import type { Model, Shape } from './model';
import type { Protocol } from './protocol';
import { answerRest, type BodyFormat, readRest } from './rest';
import { restRouter } from './route';
import { escapeXml, parseXml, readXml, writeXml, XML_DECLARATION } from './xml-values';

const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Root elements whose names in S3 differ from those in its model. */
const S3_ROOTS: Readonly<Record<string, string>> = {
  DeleteObjectsOutput: 'DeleteResult',
  GetBucketAccelerateConfigurationOutput: 'AccelerateConfiguration',
  GetBucketAclOutput: 'AccessControlPolicy',
  GetBucketCorsOutput: 'CORSConfiguration',
  GetBucketLifecycleConfigurationOutput: 'LifecycleConfiguration',
  GetBucketLoggingOutput: 'BucketLoggingStatus',
  GetBucketRequestPaymentOutput: 'RequestPaymentConfiguration',
  GetBucketTaggingOutput: 'Tagging',
  GetBucketVersioningOutput: 'VersioningConfiguration',
  GetBucketWebsiteOutput: 'WebsiteConfiguration',
  ListBucketsOutput: 'ListAllMyBucketsResult',
  ListObjectsV2Output: 'ListBucketResult',
  ListObjectVersionsOutput: 'ListVersionsResult',
};

const format = (namespace: string): BodyFormat => ({
  read(shape, body, root) {
    const parsed = parseXml(body);
    if (root !== undefined && parsed.root !== root) throw malformed(`expected ${root}, found ${parsed.root}`);
    return readXml(shape, parsed.content);
  },
  write(shape, value, root) {
    // Only this answer has no wrapping element.
    if (shape.name === 'GetBucketLocationOutput') {
      return `${XML_DECLARATION}<LocationConstraint xmlns="${namespace}">${escapeXml(value.LocationConstraint ?? '')}</LocationConstraint>`;
    }
    const xml = writeXml(shape, value, root);
    return XML_DECLARATION + xml.replace(/^<([\w.]+)(?=[ >])(?! xmlns=)/, `<$1 xmlns="${namespace}"`);
  },
  contentType: 'application/xml',
});

/** `restXml`: S3 (path style) and Route 53. */
export function restXml(model: Model): Protocol {
  const isS3 = model.signingName === 's3';
  const body = format(
    isS3 ? S3_NAMESPACE : (model.metadata.xmlNamespace ?? 'https://route53.amazonaws.com/doc/2013-04-01/'),
  );
  const identifier = isS3 ? 'x-amz-request-id' : 'x-amzn-requestid';
  const rootOf = ({ name }: Shape) => (isS3 ? (S3_ROOTS[name] ?? name) : name);
  return {
    recognises: () => true,
    route: restRouter(model, (path) => path),
    read: (operation, request, routed) => readRest(operation, request, routed, body),
    answer: (operation, output, requestId) =>
      answerRest(operation, output, body, { identifier: { [identifier]: requestId }, rootOf }),
    answerError: (error, requestId) =>
      isS3 ? s3Error(error, requestId) : xmlError(error, requestId, body.contentType),
  };
}

function s3Error(error: AwsError, requestId: string): WireResponse {
  const { headers, ...fields } = { headers: {}, ...error.detail } as Record<string, any>;
  const more = Object.entries(fields).map(
    ([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`,
  );
  return {
    statusCode: error.statusCode,
    headers: { 'x-amz-request-id': requestId, 'content-type': 'application/xml', ...headers },
    body:
      `${XML_DECLARATION}<Error><Code>${error.code}</Code><Message>${escapeXml(error.message)}</Message>${more.join('')}` +
      `<RequestId>${requestId}</RequestId><HostId>sandbox</HostId></Error>`,
  };
}

/** Writes an error as Route 53 and the query protocol do. */
export function xmlError(
  error: AwsError,
  requestId: string,
  contentType: string,
  namespace?: string,
): WireResponse {
  return {
    statusCode: error.statusCode,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId },
    body:
      `<ErrorResponse${namespace ? ` xmlns="${namespace}"` : ''}><Error><Type>${error.statusCode < 500 ? 'Sender' : 'Receiver'}</Type>` +
      `<Code>${error.code}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  };
}

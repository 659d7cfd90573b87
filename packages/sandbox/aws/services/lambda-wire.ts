import { type RestJsonRoute, restJson } from '../wire/rest-json';

const FUNCTION = '/2015-03-31/functions/{FunctionName}';
const EVENT_CONFIG = '/2019-09-25/functions/{FunctionName}/event-invoke-config';
const TAGS = '/2017-03-31/tags/{Resource}';
const QUALIFIER = { Qualifier: 'Qualifier' };

const bytes = (base64: unknown): Buffer | undefined =>
  typeof base64 === 'string' ? Buffer.from(base64, 'base64') : undefined;

const noContent: RestJsonRoute['encode'] = (_output, { requestId }) => ({
  statusCode: 204,
  headers: { 'x-amzn-requestid': requestId },
});

/** Lambda's REST interface. */
export const lambdaWire = restJson([
  {
    operation: 'Invoke',
    method: 'POST',
    path: `${FUNCTION}/invocations`,
    query: QUALIFIER,
    rawBody: 'Payload',
    decode: (input, { headers }) => ({
      ...input,
      InvocationType: headers['x-amz-invocation-type'],
      LogType: headers['x-amz-log-type'],
      ClientContext: headers['x-amz-client-context'],
    }),
    encode: (output, { requestId }) => ({
      statusCode: output.StatusCode,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        ...header('x-amz-executed-version', output.ExecutedVersion),
        ...header('x-amz-function-error', output.FunctionError),
        ...header('x-amz-log-result', output.LogResult),
      },
      body: output.Payload,
    }),
  },
  {
    operation: 'CreateFunction',
    method: 'POST',
    path: '/2015-03-31/functions',
    decode: (input) => ({ ...input, Code: { ...input.Code, ZipFile: bytes(input.Code?.ZipFile) } }),
  },
  { operation: 'ListFunctions', method: 'GET', path: '/2015-03-31/functions' },
  { operation: 'GetFunction', method: 'GET', path: FUNCTION, query: QUALIFIER },
  { operation: 'DeleteFunction', method: 'DELETE', path: FUNCTION, query: QUALIFIER, encode: noContent },
  {
    operation: 'GetFunctionConfiguration',
    method: 'GET',
    path: `${FUNCTION}/configuration`,
    query: QUALIFIER,
  },
  { operation: 'UpdateFunctionConfiguration', method: 'PUT', path: `${FUNCTION}/configuration` },
  {
    operation: 'UpdateFunctionCode',
    method: 'PUT',
    path: `${FUNCTION}/code`,
    decode: (input) => ({ ...input, ZipFile: bytes(input.ZipFile) }),
  },
  { operation: 'ListVersionsByFunction', method: 'GET', path: `${FUNCTION}/versions` },
  { operation: 'AddPermission', method: 'POST', path: `${FUNCTION}/policy`, query: QUALIFIER },
  { operation: 'GetPolicy', method: 'GET', path: `${FUNCTION}/policy`, query: QUALIFIER },
  {
    operation: 'RemovePermission',
    method: 'DELETE',
    path: `${FUNCTION}/policy/{StatementId}`,
    query: QUALIFIER,
    encode: noContent,
  },
  { operation: 'PutFunctionEventInvokeConfig', method: 'PUT', path: EVENT_CONFIG, query: QUALIFIER },
  { operation: 'GetFunctionEventInvokeConfig', method: 'GET', path: EVENT_CONFIG, query: QUALIFIER },
  {
    operation: 'DeleteFunctionEventInvokeConfig',
    method: 'DELETE',
    path: EVENT_CONFIG,
    query: QUALIFIER,
    encode: noContent,
  },
  { operation: 'ListTags', method: 'GET', path: TAGS },
  { operation: 'TagResource', method: 'POST', path: TAGS, encode: noContent },
  {
    operation: 'UntagResource',
    method: 'DELETE',
    path: TAGS,
    query: { tagKeys: 'TagKeys' },
    encode: noContent,
  },
]);

const header = (name: string, value: string | undefined): Record<string, string> =>
  value === undefined ? {} : { [name]: value };

import { errorMembers, errorShape, queryErrorHeader } from './errors';
import { parseJson, readJson, writeJson } from './json-values';
import type { Model } from './model';
import type { Protocol } from './protocol';

/** `awsJson1_0` and `1_1`: Logs, KMS, SSM, and CloudWatch for older clients. The operation is named in a header. */
export function json(model: Model): Protocol {
  const { targetPrefix, jsonVersion = '1.1' } = model.metadata;
  const headers = (requestId: string) => ({
    'content-type': `application/x-amz-json-${jsonVersion}`,
    'x-amzn-requestid': requestId,
  });
  return {
    recognises: ({ headers }) => headers['x-amz-target'] !== undefined,
    route(request) {
      const [prefix, operation] = (request.headers['x-amz-target'] ?? '').split('.');
      return prefix === targetPrefix && operation ? { operation, labels: {} } : undefined;
    },
    read: (operation, request) => (operation.input ? readJson(operation.input, parseJson(request.body)) : {}),
    answer: (operation, output, requestId) => ({
      statusCode: 200,
      headers: headers(requestId),
      body: operation.output ? JSON.stringify(writeJson(operation.output, output ?? {})) : '{}',
    }),
    answerError(error, requestId, request) {
      const shape = errorShape(model, error.code);
      return {
        statusCode: error.statusCode,
        headers: { ...headers(requestId), ...queryErrorHeader(error, shape, request) },
        body: JSON.stringify({ __type: shape?.name ?? error.code, ...errorMembers(shape, error) }),
      };
    },
  };
}

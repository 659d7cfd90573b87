import { parseJson, readJson, writeJson } from './json-values';
import type { Model } from './model';
import type { Protocol } from './protocol';
import { rpc } from './rpc';

/** `awsJson1_0` and `1_1`: Logs, KMS, and CloudWatch for older clients. The operation is named in a header. */
export function json(model: Model): Protocol {
  const { targetPrefix, jsonVersion = '1.1' } = model.metadata;
  return rpc(model, {
    headers: { 'content-type': `application/x-amz-json-${jsonVersion}` },
    recognises: ({ headers }) => headers['x-amz-target'] !== undefined,
    operationOf({ headers }) {
      const [prefix, operation] = (headers['x-amz-target'] ?? '').split('.');
      return prefix === targetPrefix ? operation : undefined;
    },
    read: (shape, body) => readJson(shape, parseJson(body)),
    write: (shape, value) => writeJson(shape, value),
    print: (value) => JSON.stringify(value),
  });
}

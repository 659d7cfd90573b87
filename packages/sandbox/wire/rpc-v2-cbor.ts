import { cbor, tag } from '@smithy/core/cbor';
import { errorMembers, errorShape, malformed, queryErrorHeader } from './errors';
import type { Model } from './model';
import type { Protocol } from './protocol';
import { readTimestamp, toDate } from './scalars';
import { type Leaf, readTree, writeTree } from './tree-values';

/** Tag of RFC 8949 §3.4.2: seconds since the epoch. */
const EPOCH_TIME = 1;

/** `smithy-rpc-v2-cbor`: what new SDKs speak to CloudWatch. The operation is in the path, values are CBOR. */
export function rpcV2Cbor(model: Model): Protocol {
  const path = new RegExp(`^/service/${model.metadata.targetPrefix}/operation/(\\w+)$`);
  const headers = (requestId: string) => ({
    'content-type': 'application/cbor',
    'smithy-protocol': 'rpc-v2-cbor',
    'x-amzn-requestid': requestId,
  });
  return {
    recognises: ({ headers }) => headers['smithy-protocol'] === 'rpc-v2-cbor',
    route(request) {
      const operation = path.exec(request.path)?.[1];
      return operation ? { operation, labels: {} } : undefined;
    },
    read(operation, { body }) {
      if (!operation.input || body.length === 0) return {};
      return readTree(operation.input, parse(body), readLeaf);
    },
    answer: (operation, output, requestId) => ({
      statusCode: 200,
      headers: headers(requestId),
      body: Buffer.from(
        cbor.serialize(operation.output ? writeTree(operation.output, output ?? {}, writeLeaf) : {}),
      ),
    }),
    answerError(error, requestId, request) {
      const shape = errorShape(model, error.code);
      return {
        statusCode: error.statusCode,
        headers: { ...headers(requestId), ...queryErrorHeader(error, shape, request) },
        body: Buffer.from(
          cbor.serialize({ __type: shape?.name ?? error.code, ...errorMembers(shape, error) }),
        ),
      };
    },
  };
}

function parse(body: Buffer): any {
  try {
    return cbor.deserialize(body);
  } catch (error) {
    throw malformed((error as Error).message);
  }
}

const readLeaf: Leaf = (shape, value) => {
  if (shape.type === 'timestamp')
    return readTimestamp(Number(typeof value === 'object' ? value.value : value));
  return ['integer', 'long', 'double', 'float'].includes(shape.type) ? Number(value) : value;
};

const writeLeaf: Leaf = (shape, value) =>
  shape.type === 'timestamp' ? tag({ tag: EPOCH_TIME, value: toDate(value).getTime() / 1000 }) : value;

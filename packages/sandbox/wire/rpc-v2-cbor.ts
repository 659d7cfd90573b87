import { cbor, tag } from '@smithy/core/cbor';
import { malformed } from './errors';
import type { Model } from './model';
import type { Protocol } from './protocol';
import { rpc } from './rpc';
import { readTimestamp, toDate } from './scalars';
import { type Leaf, readTree, writeTree } from './tree-values';

/** Tag of RFC 8949 §3.4.2: seconds since the epoch. */
const EPOCH_TIME = 1;

/**
 * `smithy-rpc-v2-cbor`, the protocol of new SDKs for CloudWatch. The operation is in the path, and values are CBOR.
 */
export function rpcV2Cbor(model: Model): Protocol {
  const path = new RegExp(`^/service/${model.metadata.targetPrefix}/operation/(\\w+)$`);
  return rpc(model, {
    headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
    recognises: ({ headers }) => headers['smithy-protocol'] === 'rpc-v2-cbor',
    operationOf: (request) => path.exec(request.path)?.[1],
    read: (shape, body) => (body.length === 0 ? {} : readTree(shape, parse(body), readLeaf)),
    write: (shape, value) => writeTree(shape, value, writeLeaf),
    print: (value) => Buffer.from(cbor.serialize(value)),
  });
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

import { cbor, tag } from '@smithy/core/cbor';
import { errorMembers, errorShape } from './error-shape';
import { malformed } from './malformed';
import type { Model, Shape } from './model';
import type { Protocol } from './protocol';
import { queryErrorHeader } from './query-error';
import { readTimestamp, toDate } from './scalars';

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
    name: 'smithy-rpc-v2-cbor',
    recognises: ({ headers }) => headers['smithy-protocol'] === 'rpc-v2-cbor',
    route(request) {
      const operation = path.exec(request.path)?.[1];
      return operation ? { operation, labels: {} } : undefined;
    },
    read(operation, { body }) {
      if (!operation.input || body.length === 0) return {};
      return readCbor(operation.input, parse(body));
    },
    answer: (operation, output, requestId) => ({
      statusCode: 200,
      headers: headers(requestId),
      body: Buffer.from(cbor.serialize(operation.output ? writeCbor(operation.output, output ?? {}) : {})),
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

function readCbor(shape: Shape, value: any): any {
  if (value === null || value === undefined) return undefined;
  switch (shape.type) {
    case 'structure': {
      const result: Record<string, unknown> = {};
      for (const [name, member] of shape.members) {
        const read = readCbor(member, value[name]);
        if (read !== undefined) result[name] = read;
      }
      return result;
    }
    case 'list':
      return [...value].map((item) => readCbor(shape.item, item));
    case 'map':
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, readCbor(shape.item, item)]),
      );
    case 'timestamp':
      return readTimestamp(typeof value === 'object' ? Number(value.value) : Number(value));
    case 'integer':
    case 'long':
    case 'double':
    case 'float':
      return Number(value);
    default:
      return value;
  }
}

function writeCbor(shape: Shape, value: any): any {
  if (value === null || value === undefined) return undefined;
  switch (shape.type) {
    case 'structure': {
      const result: Record<string, unknown> = {};
      for (const [name, member] of shape.members) {
        if (value[name] !== undefined) result[name] = writeCbor(member, value[name]);
      }
      return result;
    }
    case 'list':
      return value.map((item: unknown) => writeCbor(shape.item, item));
    case 'map':
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, writeCbor(shape.item, item)]),
      );
    case 'timestamp':
      return tag({ tag: EPOCH_TIME, value: toDate(value).getTime() / 1000 });
    default:
      return value;
  }
}

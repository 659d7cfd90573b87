import { gunzipSync } from 'node:zlib';
import { AwsError, type WireRequest, type WireResponse } from '../contract/service';
import { breachesOf, validationMessage } from './check';
import { parseJson, readJson, writeJson } from './json-values';
import type { Model, Shape } from './model';
import { modelOf } from './models';
import type { Protocol } from './protocol';
import { query } from './query';
import { invalidInput, malformedInput, NotServed, unknownOperation } from './refusals';
import { restJson } from './rest-json';
import { restXml } from './rest-xml';
import { rpc } from './rpc';
import { rpcV2Cbor } from './rpc-v2-cbor';

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

const PROTOCOLS: Readonly<Record<string, (model: Model) => Protocol>> = {
  'smithy-rpc-v2-cbor': rpcV2Cbor,
  json,
  query,
  'rest-json': restJson,
  'rest-xml': restXml,
};

/** Speaks a service's protocol, as AWS's own model describes it. */
export interface Codec {
  /** The service's name in the credential scope of a signature. */
  readonly signingName: string;
  converse(sent: WireRequest): Conversation;
}

/** Reads and answers one request. */
export interface Conversation {
  /** Reads the operation, and its input in the SDK's shapes. @throws AwsError as the service refuses it */
  read(): { readonly operation: string; readonly input: any };
  answer(operation: string, output: unknown, requestId: string): WireResponse;
  answerError(error: AwsError, requestId: string): WireResponse;
}

const codecs = new Map<string, Codec>();

export function codecOf(service: string): Codec | undefined {
  const model = modelOf(service);
  if (!model) return undefined;
  const codec = codecs.get(service) ?? createCodec(service, model);
  codecs.set(service, codec);
  return codec;
}

/**
 * Checks an input against the service's model.
 * @throws AwsError the service's own validation error
 */
export function checkInput(service: string, operation: string, input: unknown): void {
  const shape = modelOf(service)?.operations.get(operation)?.input;
  const breaches = breachesOf(shape, input);
  if (breaches.length === 0) return;
  const constraint = (input as any)?.CreateBucketConfiguration?.LocationConstraint;
  if (service === 's3' && breaches.some((breach) => breach.includes('.locationConstraint'))) {
    throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid', 400, {
      LocationConstraint: constraint,
    });
  }
  if (service === 's3' && breaksBody(shape!, input)) throw malformedInput(service, new Error());
  if (service === 's3')
    throw wrongArgument(shape!, input) ?? invalidInput(service, validationMessage(breaches));
  // The list of runtimes changes too often for Lambda's own model.
  if (service === 'lambda' && breaches.every((breach) => breach.includes("at 'runtime'")))
    throw new AwsError('InvalidParameterValueException', breaches.join('; '));
  throw invalidInput(service, validationMessage(breaches));
}

/** Makes S3's error for a header or a query whose value is not allowed. */
function wrongArgument(shape: Shape, input: any): AwsError | undefined {
  for (const [name, member] of shape.members) {
    const value = input[name];
    if (!member.enum || value === undefined || breachesOf(member, value).length === 0) continue;
    const ArgumentName = member.locationName!;
    const message =
      ArgumentName === 'encoding-type'
        ? 'Invalid Encoding Method specified in Request'
        : `Invalid ${ArgumentName} header: ${value}`;
    return new AwsError('InvalidArgument', message, 400, { ArgumentName, ArgumentValue: value });
  }
  return undefined;
}

/** Returns whether the body breaks its schema. S3 has a different error for a header that is out of range. */
const breaksBody = (shape: Shape, input: any): boolean =>
  [...shape.members].some(
    ([name, member]) =>
      !member.location && input[name] !== undefined && breachesOf(member, input[name]).length > 0,
  );

function createCodec(service: string, model: Model): Codec {
  const protocols = model.protocols.map((name) => PROTOCOLS[name]!(model));
  const operationOf = (name: string) => model.operations.get(name)!;
  return {
    signingName: model.signingName,
    converse(sent) {
      const request = service === 's3' ? sent : unzipped(sent);
      const protocol = protocols.find((candidate) => candidate.recognises(request)) ?? protocols.at(-1)!;
      return {
        read() {
          const routed = protocol.route(request);
          if (routed && model.unserved.has(routed.operation)) throw new NotServed(service, routed.operation);
          const operation = routed && model.operations.get(routed.operation);
          if (!operation)
            throw unknownOperation(service, routed?.operation ?? `${request.method} ${request.path}`);
          const input = readOrRefuse(service, () => protocol.read(operation, request, routed));
          if (typeof input !== 'object' || input === null)
            throw malformedInput(service, new Error('The body is not one of the operation.'));
          checkInput(service, operation.name, input);
          return { operation: operation.name, input };
        },
        answer: (operation, output, requestId) => protocol.answer(operationOf(operation), output, requestId),
        answerError: (error, requestId) => protocol.answerError(error, requestId, request),
      };
    },
  };
}

const MAX_UNZIPPED_BYTES = 16 * 2 ** 20;

/** Decompresses a request, since clients compress long ones to CloudWatch. S3 stores the compressed body. */
function unzipped(request: WireRequest): WireRequest {
  if (request.headers['content-encoding'] !== 'gzip') return request;
  try {
    return { ...request, body: gunzipSync(request.body, { maxOutputLength: MAX_UNZIPPED_BYTES }) };
  } catch {
    // The body is read uncompressed, and refused as malformed.
    return request;
  }
}

function readOrRefuse<T>(service: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AwsError && error.code === 'SerializationException')
      throw malformedInput(service, error);
    if (error instanceof URIError || error instanceof SyntaxError) throw malformedInput(service, error);
    throw error;
  }
}

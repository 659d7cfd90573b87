import type { WireRequest, WireResponse } from '../contract/service';
import { decodeAwsChunked } from './aws-chunked';
import { malformed } from './errors';
import type { OperationModel, Shape } from './model';
import type { Routed } from './protocol';
import { readScalar, writeScalar } from './scalars';

/** Carries the members that a REST protocol puts neither in the path, the query nor a header. */
export interface BodyFormat {
  read(shape: Shape, body: Buffer, root: string | undefined): any;
  write(shape: Shape, value: any, root: string): string;
  readonly contentType: string;
  /** Content type of a payload that is sent as raw bytes or text. */
  readonly rawContentType?: string;
}

/** Reads the input of a REST request, taking each member from its place in the model. */
export function readRest(
  { input: shape }: OperationModel,
  sent: WireRequest,
  { labels }: Routed,
  format: BodyFormat,
): any {
  const request = unchunked(sent);
  if (!shape) return {};
  const read: Record<string, any> = {};
  for (const [name, member] of shape.members) {
    const value = readLocated(member.locationName ?? name, member, request, labels);
    if (value !== undefined) read[name] = value;
  }
  return { ...read, ...readBody(shape, request.body, format) };
}

/** Reads the body: only the payload, if the model names one, or else all members without another place. */
function readBody(shape: Shape, body: Buffer, format: BodyFormat): object {
  const payload = shape.payload === undefined ? undefined : shape.members.get(shape.payload);
  if (payload) {
    const value = readPayload(payload, body, format);
    return value === undefined ? {} : { [shape.payload!]: value };
  }
  const isInBody = [...shape.members.values()].some(({ location }) => location === undefined);
  return isInBody && body.length > 0 ? format.read(shape, body, shape.locationName) : {};
}

function readPayload(payload: Shape, body: Buffer, format: BodyFormat): unknown {
  if (payload.type === 'blob') return body;
  if (payload.type === 'string') return body.toString('utf8');
  return body.length > 0 ? format.read(payload, body, payload.locationName ?? payload.name) : undefined;
}

function readLocated(
  at: string,
  member: Shape,
  { query, headers }: WireRequest,
  labels: Routed['labels'],
): unknown {
  switch (member.location) {
    case 'uri':
      return labels[at] === undefined ? undefined : readScalar(member, labels[at]);
    case 'querystring':
      return query.has(at) ? readTexts(member, query.getAll(at)) : undefined;
    case 'header': {
      const text = headers[at.toLowerCase()];
      if (text === undefined) return undefined;
      return readTexts(member, member.type === 'list' ? text.split(',').map((item) => item.trim()) : [text]);
    }
    case 'headers': {
      const prefix = at.toLowerCase();
      const found = Object.entries(headers).filter(([header]) => header.startsWith(prefix));
      return found.length === 0
        ? undefined
        : Object.fromEntries(found.map(([header, text]) => [header.slice(prefix.length), text]));
    }
    default:
      return undefined;
  }
}

/** Reads all texts for a list, or only the first one otherwise. */
const readTexts = (member: Shape, texts: readonly string[]): unknown =>
  member.type === 'list' ? texts.map((text) => readScalar(member.item, text)) : readScalar(member, texts[0]!);

/** Joins a body that arrives in chunks, as S3's clients send it. The checksums after it count as headers. */
function unchunked(request: WireRequest): WireRequest {
  const encodings = (request.headers['content-encoding'] ?? '').split(',').map((encoding) => encoding.trim());
  const streamed =
    request.headers['x-amz-content-sha256']?.startsWith('STREAMING-') || encodings.includes('aws-chunked');
  if (!streamed) return request;
  const { content, trailers } = decodeAwsChunked(request.body);
  const announced = request.headers['x-amz-decoded-content-length'];
  if (announced !== undefined && Number(announced) !== content.length) {
    throw malformed('You did not provide the number of bytes specified by the Content-Length HTTP header');
  }
  const { 'content-encoding': _, ...headers } = request.headers;
  const encoding = encodings.filter((name) => name !== '' && name !== 'aws-chunked').join(',');
  return {
    ...request,
    headers: { ...headers, ...trailers, ...(encoding === '' ? {} : { 'content-encoding': encoding }) },
    body: content,
  };
}

/** Operations that AWS answers with 204, which their models omit. */
const NO_CONTENT = new Set(['PutBucketPolicy', 'PutBucketTagging']);

export interface AnswerFrame {
  /** The header with the request's id. */
  readonly identifier: Readonly<Record<string, string>>;
  /**
   * Returns the name of an output's root element.
   * @default the shape's name
   */
  readonly rootOf?: (shape: Shape) => string;
}

/** Writes the output as a response, putting each member in its place in the model. */
export function answerRest(
  operation: OperationModel,
  output: any,
  format: BodyFormat,
  frame: AnswerFrame,
): WireResponse {
  const { output: shape, name } = operation;
  const { statusCode, headers } = headOf(operation, output, frame.identifier);
  if (!shape) return { statusCode, headers };
  const typed = { 'content-type': format.contentType, ...headers };
  if (shape.payload === undefined) {
    const isInBody = [...shape.members.values()].some(({ location }) => location === undefined);
    if (!isInBody) return { statusCode, headers };
    const root = frame.rootOf?.(shape) ?? shape.name;
    return { statusCode, headers: typed, body: format.write(shape, output ?? {}, root) };
  }
  const payload = shape.members.get(shape.payload)!;
  const value = output?.[shape.payload];
  if (value === undefined || value === null) return { statusCode, headers };
  if (payload.type === 'blob' || payload.type === 'string') {
    const { rawContentType } = format;
    const raw: Record<string, string> = rawContentType ? { 'content-type': rawContentType } : {};
    return { statusCode, headers: { ...raw, ...headers }, body: value };
  }
  const body = format.write(payload, value, payload.locationName ?? payload.name ?? name);
  return { statusCode, headers: typed, body };
}

/** Returns the status and the headers of an answer. */
function headOf(
  { output: shape, http, name: operation }: OperationModel,
  output: any,
  identifier: AnswerFrame['identifier'],
): Required<Pick<WireResponse, 'statusCode' | 'headers'>> {
  const headers: Record<string, string> = { ...identifier };
  let statusCode = http.responseCode ?? (NO_CONTENT.has(operation) ? 204 : 200);
  for (const [name, member] of shape?.members ?? []) {
    const value = output?.[name];
    if (value === undefined || value === null) continue;
    if (member.location === 'statusCode') statusCode = value;
    else Object.assign(headers, headersOf(member, (member.locationName ?? name).toLowerCase(), value));
  }
  return { statusCode, headers };
}

/** Returns the headers that carry a member, or none if it has another place. */
function headersOf(member: Shape, at: string, value: any): Record<string, string> {
  if (member.location === 'header') return { [at.toLowerCase()]: headerText(member, value) };
  if (member.location !== 'headers') return {};
  const named = Object.entries(value).map(([key, text]) => [`${at}${key}`.toLowerCase(), String(text)]);
  return Object.fromEntries(named);
}

const headerText = (member: Shape, value: any): string =>
  member.type === 'list'
    ? [value]
        .flat()
        .map((item: unknown) => writeScalar(member.item, item, 'rfc822'))
        .join(',')
    : writeScalar(member, value, 'rfc822');

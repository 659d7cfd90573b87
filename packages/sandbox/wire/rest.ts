import type { WireRequest, WireResponse } from '../contract/service';
import { decodeAwsChunked } from './aws-chunked';
import { malformed } from './errors';
import type { OperationModel, Shape } from './model';
import type { Routed } from './protocol';
import { readScalar, writeScalar } from './scalars';

/** How a REST protocol carries what is neither in the path, the query nor a header. */
export interface BodyFormat {
  read(shape: Shape, body: Buffer, root: string | undefined): any;
  write(shape: Shape, value: any, root: string): string;
  readonly contentType: string;
  /** Content type of a payload that is bytes or text as it is. */
  readonly rawContentType?: string;
}

/** The input of a REST request: each member from where the model says it is. */
export function readRest(
  { input: shape }: OperationModel,
  sent: WireRequest,
  { labels }: Routed,
  format: BodyFormat,
): any {
  const request = unchunked(sent);
  const { body } = request;
  const read: Record<string, any> = {};
  let inBody = false;
  for (const [name, member] of shape?.members ?? []) {
    const value = readLocated(member.locationName ?? name, member, request, labels);
    if (value !== undefined) read[name] = value;
    inBody ||= member.location === undefined;
  }
  const payload = shape?.payload === undefined ? undefined : shape.members.get(shape.payload);
  if (payload) {
    if (payload.type === 'blob') read[shape!.payload!] = body;
    else if (payload.type === 'string') read[shape!.payload!] = body.toString('utf8');
    else if (body.length > 0) {
      read[shape!.payload!] = format.read(payload, body, payload.locationName ?? payload.name);
    }
  } else if (inBody && body.length > 0) Object.assign(read, format.read(shape!, body, shape!.locationName));
  return read;
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
    case 'querystring': {
      if (!query.has(at)) return undefined;
      if (member.type === 'list') return query.getAll(at).map((text) => readScalar(member.item, text));
      return readScalar(member, query.get(at)!);
    }
    case 'header': {
      const text = headers[at.toLowerCase()];
      if (text === undefined) return undefined;
      if (member.type === 'list') return text.split(',').map((item) => readScalar(member.item, item.trim()));
      return readScalar(member, text);
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

/** S3's clients stream bodies in chunks, with checksums behind them: what comes behind counts as if it came before. */
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

/** Operations that AWS answers with 204, which their model does not say. */
const NO_CONTENT = new Set(['PutBucketPolicy', 'PutBucketTagging']);

/** The output as a response: each member where the model says. */
export function answerRest(
  { output: shape, http, name: operation }: OperationModel,
  output: any,
  identifier: Record<string, string>,
  format: BodyFormat,
  rootOf: (shape: Shape) => string = ({ name }) => name,
): WireResponse {
  const headers: Record<string, string> = { ...identifier };
  let statusCode = http.responseCode ?? (NO_CONTENT.has(operation) ? 204 : 200);
  let inBody = false;
  for (const [name, member] of shape?.members ?? []) {
    const value = output?.[name];
    const at = (member.locationName ?? name).toLowerCase();
    if (member.location === undefined) inBody = true;
    if (value === undefined || value === null) continue;
    if (member.location === 'statusCode') statusCode = value;
    else Object.assign(headers, headersOf(member, at, value));
  }
  if (!shape || (!inBody && shape.payload === undefined)) return { statusCode, headers };
  const typed = { 'content-type': format.contentType, ...headers };
  if (shape.payload === undefined)
    return { statusCode, headers: typed, body: format.write(shape, output ?? {}, rootOf(shape)) };
  const payload = shape.members.get(shape.payload)!;
  const value = output?.[shape.payload];
  if (value === undefined || value === null) return { statusCode, headers };
  if (payload.type === 'blob' || payload.type === 'string') {
    const raw: Record<string, string> = format.rawContentType
      ? { 'content-type': format.rawContentType }
      : {};
    return { statusCode, headers: { ...raw, ...headers }, body: value };
  }
  return {
    statusCode,
    headers: typed,
    body: format.write(payload, value, payload.locationName ?? payload.name ?? operation),
  };
}

/** The headers that carry a member; none if it is elsewhere. */
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

import { createHash, randomUUID } from 'node:crypto';
import type { WireRequest } from '../../aws/service';
import { writeJson } from '../../wire/json-values';
import type { Model, OperationModel, Shape } from '../../wire/model';
import { headersOf } from '../../wire/rest';
import { writeScalar } from '../../wire/scalars';
import { encode } from '../../wire/signature';
import { writeXml } from '../../wire/xml-values';

/** How the provider's SDK speaks to a service that has several ways: the newest of them is not its own. */
const SPOKEN = ['rest-json', 'rest-xml', 'query', 'json'] as const;
export type SpokenProtocol = (typeof SPOKEN)[number];

export const protocolOf = (model: Model): SpokenProtocol =>
  SPOKEN.find((protocol) => model.protocols.includes(protocol))!;

/** A call as the bytes that the provider's SDK sends, unsigned. */
export function requestOf(model: Model, operation: OperationModel, input: Record<string, any>): WireRequest {
  const filled = withToken(operation, input);
  switch (protocolOf(model)) {
    case 'query':
      return post(new URLSearchParams(formOf(model, operation, filled)).toString(), {
        'content-type': 'application/x-www-form-urlencoded',
      });
    case 'json':
      return post(JSON.stringify(operation.input ? writeJson(operation.input, filled) : {}), {
        'content-type': `application/x-amz-json-${model.metadata.jsonVersion}`,
        'x-amz-target': `${model.metadata.targetPrefix}.${operation.name}`,
      });
    case 'rest-json':
      return rest(operation, filled, 'application/json', (shape, value) =>
        JSON.stringify(writeJson(shape, value)),
      );
    case 'rest-xml': {
      const request = rest(operation, filled, 'application/xml', writeXml);
      if (request.headers['content-type'] !== 'application/xml') return request;
      // S3 asks for it wherever a document is put.
      const md5 = createHash('md5').update(request.body).digest('base64');
      return { ...request, headers: { ...request.headers, 'content-md5': md5 } };
    }
  }
}

/** What makes a request that is sent twice count once. */
function withToken({ input: shape }: OperationModel, input: Record<string, any>): Record<string, any> {
  return shape?.members.has('ClientToken') && !input.ClientToken
    ? { ...input, ClientToken: randomUUID() }
    : input;
}

const post = (text: string, headers: Record<string, string>): WireRequest => ({
  method: 'POST',
  path: '/',
  query: new URLSearchParams(),
  headers,
  body: Buffer.from(text),
});

function formOf(model: Model, { name, input: shape }: OperationModel, input: object): [string, string][] {
  const version = /\d{4}-\d\d-\d\d/.exec(model.metadata.xmlNamespace)![0];
  const fields: [string, string][] = [
    ['Action', name],
    ['Version', version],
  ];
  if (shape) addFields(fields, shape, input, []);
  return fields;
}

/** `Tags.member.1.Key=a`. */
function addFields(fields: [string, string][], shape: Shape, value: any, place: readonly string[]): void {
  if (value === undefined || value === null) return;
  switch (shape.type) {
    case 'structure':
      for (const [name, member] of shape.members) {
        addFields(fields, member, value[name], [...place, member.locationName ?? name]);
      }
      return;
    case 'list': {
      const items = shape.flattened ? place : [...place, shape.item.locationName ?? 'member'];
      value.forEach((item: unknown, index: number) => {
        addFields(fields, shape.item, item, [...items, String(index + 1)]);
      });
      return;
    }
    case 'map': {
      const entries = shape.flattened ? place : [...place, 'entry'];
      Object.entries(value).forEach(([key, item], index) => {
        const entry = [...entries, String(index + 1)];
        fields.push([[...entry, shape.key.locationName ?? 'key'].join('.'), key]);
        addFields(fields, shape.item, item, [...entry, shape.item.locationName ?? 'value']);
      });
      return;
    }
    default:
      fields.push([place.join('.'), writeScalar(shape, value, 'iso8601')]);
  }
}

type WriteBody = (shape: Shape, value: any, name: string) => string;

/** Each member where the model says: in the path, the query, a header, or the body. */
function rest(
  { http, input: shape, name: operation }: OperationModel,
  input: Record<string, any>,
  contentType: string,
  write: WriteBody,
): WireRequest {
  const [pattern = '/', own = ''] = http.requestUri.split('?');
  const query = new URLSearchParams(own);
  const headers: Record<string, string> = {};
  let path = pattern;
  const inBody: string[] = [];
  for (const [name, member] of shape?.members ?? []) {
    const value = input[name];
    if (value === undefined || value === null) continue;
    const at = member.locationName ?? name;
    if (member.location === 'uri') path = labelled(path, at, String(value));
    else if (member.location === 'querystring') {
      const scalar = member.type === 'list' ? member.item : member;
      for (const one of [value].flat()) query.append(at, writeScalar(scalar, one, 'rfc822'));
    } else if (member.location) Object.assign(headers, headersOf(member, at, value));
    else inBody.push(name);
  }
  const request = { method: http.method, path, query, headers, body: Buffer.alloc(0) };
  if (!shape || inBody.length === 0) return request;
  const payload = shape.payload === undefined ? undefined : shape.members.get(shape.payload)!;
  if (payload?.type === 'blob' || payload?.type === 'string') {
    return { ...request, body: Buffer.from(input[shape.payload!]) };
  }
  const body = payload
    ? write(payload, input[shape.payload!], payload.locationName ?? payload.name)
    : write(
        shape,
        Object.fromEntries(inBody.map((name) => [name, input[name]])),
        shape.locationName ?? operation,
      );
  return {
    ...request,
    headers: { 'content-type': contentType, ...headers },
    body: Buffer.from(body),
  };
}

/** `{Name}` is one segment, `{Name+}` several. */
const labelled = (path: string, label: string, value: string): string =>
  path
    .replace(`{${label}}`, () => encode(value))
    .replace(`{${label}+}`, () => value.split('/').map(encode).join('/'));

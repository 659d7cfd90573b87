import type { AwsError, CallContext, WireProtocol, WireRequest, WireResponse } from '../service';

/** One operation of a REST-JSON service. */
export interface RestJsonRoute {
  readonly operation: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH' | 'HEAD';
  /** Segments in braces are input members: `/v2/email/identities/{EmailIdentity}`. */
  readonly path: string;
  /** Query parameter → input member. A parameter that occurs more than once becomes a list. */
  readonly query?: Readonly<Record<string, string>>;
  /** Input member that takes the body as it is (`Payload`), instead of its being read as JSON. */
  readonly rawBody?: string;
  /** Finishes the input: headers, numbers out of the query. */
  readonly decode?: (input: Record<string, any>, request: WireRequest) => Record<string, any>;
  /** Replaces the default answer: 200 and the output as JSON. */
  readonly encode?: (output: any, context: CallContext) => WireResponse;
}

/** The protocol `restJson1` (SES, Lambda, Scheduler): routes by method and path, JSON bodies, times in seconds. */
export function restJson(routes: readonly RestJsonRoute[]): WireProtocol {
  const compiled = routes.map((route) => ({ route, pattern: compile(route.path) }));
  const byOperation = new Map(routes.map((route) => [route.operation, route]));
  return {
    decode(request) {
      for (const { route, pattern } of compiled) {
        const match = route.method === request.method ? pattern.exec(request.path) : null;
        if (match) return { operation: route.operation, input: inputOf(route, match.groups ?? {}, request) };
      }
      return undefined;
    },
    encode(operation, output, context) {
      const route = byOperation.get(operation);
      return route?.encode ? route.encode(output, context) : jsonResponse(200, output ?? {}, context);
    },
    encodeError(error, context) {
      return restJsonError(error, context);
    },
  };
}

function jsonResponse(statusCode: number, output: unknown, context: CallContext): WireResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': context.requestId },
    body: JSON.stringify(toRestJson(output)),
  };
}

function restJsonError(error: AwsError, context: CallContext): WireResponse {
  const response = jsonResponse(error.statusCode, { message: error.message }, context);
  return { ...response, headers: { ...response.headers, 'x-amzn-errortype': error.code } };
}

function inputOf(route: RestJsonRoute, labels: Record<string, string>, request: WireRequest) {
  const text = request.body.toString('utf8');
  const body = route.rawBody ? { [route.rawBody]: request.body } : text.trim() === '' ? {} : JSON.parse(text);
  const input: Record<string, any> = { ...body };
  for (const [parameter, member] of Object.entries(route.query ?? {})) {
    const values = request.query.getAll(parameter);
    if (values.length > 0) input[member] = values.length === 1 ? values[0] : values;
  }
  for (const [label, value] of Object.entries(labels)) input[label] = decodeURIComponent(value);
  return route.decode ? route.decode(input, request) : input;
}

/** `{Name}` is one segment, `{Name+}` several. */
const compile = (path: string): RegExp => {
  const source = path
    .replace(/[.^$()|[\]\\]/g, '\\$&')
    .replace(/\{(\w+)\+\}/g, '(?<$1>.+)')
    .replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return new RegExp(`^${source}/?$`);
};

/** Times in seconds since the epoch, bytes in base64. */
function toRestJson(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toRestJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toRestJson(member)]));
}

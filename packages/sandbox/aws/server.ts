import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Control } from './control';
import type { CredentialRegistry } from './credentials';
import { ConnectionReset, type Dispatch } from './dispatch';
import { AwsError, type CallContext, type Service, type WireRequest, type WireResponse } from './service';
import { internalError } from './service-errors';
import { credentialScope } from './sigv4';

export interface ServerParts {
  readonly region: string;
  readonly credentials: CredentialRegistry;
  readonly dispatch: Dispatch;
  /** Aborted when the sandbox closes. */
  readonly closing: AbortSignal;
  service(name: string): Service | undefined;
  readonly control: Control;
}

export interface Server {
  readonly url: string;
  close(): Promise<void>;
}

/** One HTTP server for all services: the credential scope of the signature says which one is meant. */
export async function startServer(parts: ServerParts): Promise<Server> {
  const server = http.createServer((request, response) => {
    void serve(request, response, parts).catch(() => response.destroy());
  });
  // A client that comes back after a long wait must find its connection, or it would see a reset nobody injected.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function serve(incoming: http.IncomingMessage, outgoing: http.ServerResponse, parts: ServerParts) {
  const request = await read(incoming);
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, parts.closing]);
  try {
    send(outgoing, await answer(request, signal, parts), request.method);
  } catch (error) {
    if (!(error instanceof ConnectionReset)) throw error;
    incoming.socket.resetAndDestroy();
  }
}

async function answer(request: WireRequest, signal: AbortSignal, parts: ServerParts): Promise<WireResponse> {
  if (request.path.startsWith('/_sandbox/')) {
    if (isOfWebPage(request))
      return plainError(new AwsError('AccessDenied', 'Programs may ask this, web pages may not.', 403));
    return parts.control(request, signal);
  }
  const scope = credentialScope(request);
  const service = scope && parts.service(scope.service);
  if (!scope)
    return plainError(new AwsError('MissingAuthenticationToken', 'The request is not signed.', 403));
  if (!service?.wire) {
    return plainError(new AwsError('UnknownService', `The sandbox has no service ${scope.service}.`, 404));
  }
  const principal = parts.credentials.resolve(scope.accessKeyId);
  const origin = { principal: principal ?? ({ type: 'admin' } as const), region: scope.region, signal };
  let call: ReturnType<Dispatch> | undefined;
  const context = (): CallContext => (call ?? parts.dispatch(service, '', {}, origin)).context;
  try {
    const unknownKey = service.name === 's3' ? 'InvalidAccessKeyId' : 'UnrecognizedClientException';
    if (!principal)
      throw new AwsError(unknownKey, 'The security token included in the request is invalid.', 403);
    const decoded = service.wire.decode(request);
    if (!decoded) {
      const what = `${request.method} ${request.path}`;
      throw new AwsError('UnknownOperationException', `${service.name} does not know ${what}`, 404);
    }
    call = parts.dispatch(service, decoded.operation, decoded.input, origin);
    return service.wire.encode(decoded.operation, await call.run(), call.context);
  } catch (error) {
    if (error instanceof ConnectionReset) throw error;
    return service.wire.encodeError(asAwsError(error, service.name), context());
  }
}

/**
 * The control interface asks for no signature and can make functions, whose code runs on this machine. A page in a
 * browser reaches it as well: it shows by its origin, or, where it had its own name resolve to loopback, by its host.
 */
const isOfWebPage = ({ headers }: WireRequest): boolean =>
  headers.origin !== undefined || !/^(127\.0\.0\.1|localhost):\d+$/.test(headers.host ?? '');

/** What is no AWS error is a fault of the sandbox itself: an error 500 that says so. */
function asAwsError(error: unknown, service: string): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof SyntaxError || error instanceof URIError) {
    return new AwsError('SerializationException', error.message, 400);
  }
  return internalError(
    service,
    `sandbox: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
  );
}

function plainError(error: AwsError): WireResponse {
  return {
    statusCode: error.statusCode,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
    body: JSON.stringify({ message: error.message }),
  };
}

async function read(incoming: http.IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const [path = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : value!,
    ]),
  );
  return {
    method: incoming.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers,
    body: Buffer.concat(chunks),
  };
}

function send(outgoing: http.ServerResponse, response: WireResponse, method: string): void {
  const body = Buffer.from(response.body ?? '');
  const withoutBody = method === 'HEAD' || response.statusCode === 204 || response.statusCode === 304;
  const headers = { ...(withoutBody ? {} : { 'content-length': String(body.length) }), ...response.headers };
  outgoing.writeHead(response.statusCode, headers);
  outgoing.end(withoutBody ? undefined : body);
}

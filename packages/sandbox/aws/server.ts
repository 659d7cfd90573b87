import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SimulatedClock } from '../contract/clock';
import type { CredentialRegistry } from '../contract/credentials';
import { AwsError, type Service, type WireRequest, type WireResponse } from '../contract/service';
import { authenticate } from '../wire/authenticate';
import { codecOf } from '../wire/codec';
import { type ReceivedRequest, receive, send } from '../wire/http';
import { internalError, NotServed } from '../wire/refusals';
import { readSignature } from '../wire/signature';
import type { Control } from './control';
import { ConnectionReset, type Dispatch } from './dispatch';

export interface ServerParts {
  readonly clock: SimulatedClock;
  readonly credentials: CredentialRegistry;
  readonly dispatch: Dispatch;
  /** Aborted when the sandbox closes. */
  readonly closing: AbortSignal;
  /** By the name in a signature's credential scope. */
  serviceSignedFor(signingName: string): Service | undefined;
  readonly control: Control;
  /** Records a request for an operation of AWS that the sandbox lacks: `service:Operation`. */
  missed(operation: string): void;
  /** How long a client may send nothing before its body is complete. */
  readonly bodyIdleMs: number;
}

export interface Server {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts one HTTP server for all services: the credential scope of the signature names the service. */
export async function startServer(parts: ServerParts): Promise<Server> {
  const server = http.createServer((request, response) => {
    void serve(request, response, parts).catch(() => response.destroy());
  });
  // Keeps connections open for a client that returns after a long wait, which would otherwise see a reset that no test
  // injected.
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
  const received = await receive(incoming, parts.bodyIdleMs);
  const signal = endOf(outgoing, parts.closing);
  // Closes the connection, since the rest of an abandoned body would be taken for the next request.
  if (received.fault) outgoing.setHeader('connection', 'close');
  try {
    send(outgoing, await answer(received, signal, parts), received.request.method);
  } catch (error) {
    if (!(error instanceof ConnectionReset)) throw error;
    incoming.socket.resetAndDestroy();
  }
}

/** Aborted when the client disconnects before it has its answer, or when the sandbox closes. */
function endOf(outgoing: http.ServerResponse, closing: AbortSignal): AbortSignal {
  const ended = new AbortController();
  // Aborts with a reason of its own, which saves creating an exception with its stack for each call.
  const end = () => ended.abort(GONE);
  if (closing.aborted) end();
  closing.addEventListener('abort', end, { once: true });
  outgoing.once('close', () => {
    closing.removeEventListener('abort', end);
    if (!outgoing.writableFinished) end();
  });
  return ended.signal;
}

const GONE = 'gone';

async function answer(
  received: ReceivedRequest,
  signal: AbortSignal,
  parts: ServerParts,
): Promise<WireResponse> {
  const { request, fault } = received;
  if (isFromWebPage(request))
    return plainError(new AwsError('AccessDenied', 'Programs may call the sandbox, web pages may not.', 403));
  if (request.path.startsWith('/_sandbox/')) return parts.control(request, signal);
  const signature = readSignature(request);
  if (!signature)
    return plainError(new AwsError('MissingAuthenticationToken', 'Missing Authentication Token', 403));
  const service = parts.serviceSignedFor(signature.service);
  const codec = service && codecOf(service.name);
  if (!service || !codec) {
    return plainError(
      new AwsError('UnknownService', `The sandbox has no service ${signature.service}.`, 404),
    );
  }
  const conversation = codec.converse(request);
  let requestId: string = randomUUID();
  try {
    if (fault) throw fault;
    const clocks = { real: Date.now, simulated: () => parts.clock.now() };
    const principal = authenticate({ request, signature }, service.name, parts.credentials, clocks);
    const { operation, input } = conversation.read();
    const call = parts.dispatch(service, operation, input, { principal, region: signature.region, signal });
    requestId = call.context.requestId;
    return conversation.answer(operation, await call.run(), requestId);
  } catch (error) {
    if (error instanceof ConnectionReset) throw error;
    if (error instanceof NotServed) parts.missed(error.operation);
    return conversation.answerError(asAwsError(error, service.name), requestId);
  }
}

/**
 * Returns whether a browser sent the request for a page. A page names its origin; a page whose own name resolves to
 * loopback (DNS rebinding) names itself as the host.
 */
const isFromWebPage = ({ headers }: WireRequest): boolean =>
  headers.origin !== undefined || !/^(127\.0\.0\.1|localhost):\d+$/.test(headers.host ?? '');

/**
 * Turns any error other than an AWS error into an error 500, since it is a fault of the sandbox. The client does not
 * get our stack.
 */
function asAwsError(error: unknown, service: string): AwsError {
  if (error instanceof AwsError) return error;
  console.error(error);
  return internalError(service, `sandbox: ${error instanceof Error ? error.message : error}`);
}

function plainError(error: AwsError): WireResponse {
  return {
    statusCode: error.statusCode,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
    body: JSON.stringify({ message: error.message }),
  };
}

import type http from 'node:http';
import { AwsError, type WireRequest, type WireResponse } from '../contract/service';

/** Largest body that is accepted: Lambda's code has up to 50 MB, in base64. */
const MAX_BODY_BYTES = 100 * 2 ** 20;

/** A request, and the reason why its body could not be read completely. */
export interface ReceivedRequest {
  readonly request: WireRequest;
  readonly fault?: AwsError;
}

/**
 * Reads a request. Like AWS, it gives up a body that stops arriving.
 * @param idleMs how long the client may send nothing
 */
export async function receive(incoming: http.IncomingMessage, idleMs: number): Promise<ReceivedRequest> {
  const [path = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : value!,
    ]),
  );
  const { body, fault } = await readBody(incoming, idleMs);
  return {
    request: { method: incoming.method ?? 'GET', path, query: new URLSearchParams(query), headers, body },
    fault,
  };
}

function readBody(
  incoming: http.IncomingMessage,
  idleMs: number,
): Promise<{ body: Buffer; fault?: AwsError }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const end = (fault?: AwsError) => {
      clearTimeout(idle);
      incoming.removeAllListeners('data');
      resolve({ body: Buffer.concat(chunks), fault });
    };
    const idle = setTimeout(() => end(timedOut()), idleMs);
    incoming.on('data', (chunk: Buffer) => {
      idle.refresh();
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_BODY_BYTES)
        end(new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size'));
    });
    incoming.once('end', () => end());
    incoming.once('error', (error) => {
      clearTimeout(idle);
      reject(error);
    });
  });
}

const timedOut = () =>
  new AwsError(
    'RequestTimeout',
    'Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.',
  );

export function send(outgoing: http.ServerResponse, response: WireResponse, method: string): void {
  const body = Buffer.from(response.body ?? '');
  const withoutBody = method === 'HEAD' || response.statusCode === 204 || response.statusCode === 304;
  const headers = { ...(withoutBody ? {} : { 'content-length': String(body.length) }), ...response.headers };
  outgoing.writeHead(response.statusCode, headers);
  outgoing.end(withoutBody ? undefined : body);
}

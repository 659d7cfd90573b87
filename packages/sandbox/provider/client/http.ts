import http from 'node:http';
import type { WireRequest } from '../../aws/service';
import { encode } from '../../wire/signature';
import { type AwsResponse, EndpointError } from './response';

/** Sends requests to the one endpoint that the sandbox is. */
export function httpSender(endpoint: string) {
  const agent = new http.Agent({ keepAlive: true });
  const { hostname, port } = new URL(endpoint);
  const send = ({ method, path, query, headers, body }: WireRequest, signal?: AbortSignal) =>
    new Promise<AwsResponse>((resolve, reject) => {
      const search = [...query].map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
      const request = http.request(
        {
          hostname,
          port,
          path: search === '' ? path : `${path}?${search}`,
          method,
          agent,
          signal,
          headers: { ...headers, 'content-length': body.length },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              statusCode: response.statusCode ?? 0,
              headers: response.headers as Record<string, string>,
              body: Buffer.concat(chunks),
            }),
          );
        },
      );
      request.on('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'ECONNREFUSED' || error.code === 'ENOTFOUND'
            ? new EndpointError(`nothing answers at AWS_ENDPOINT_URL (${endpoint}): ${error.message}`)
            : error,
        ),
      );
      request.end(body);
    });
  return { send, close: () => agent.destroy() };
}

import http from 'node:http';
import timers from 'node:timers/promises';
import { fromWire, toWire } from '../aws/wire-values';

/** Calls one operation of one service of the simulated AWS, in the names and shapes of the SDK for JavaScript v3. */
export type AwsCall = (service: string, operation: string, input: object) => Promise<any>;

/** An answer that is an error, written as the SDK that the real provider uses writes it. */
export class AwsCallError extends Error {
  constructor(
    service: string,
    operation: string,
    readonly code: string,
    readonly detail: string,
    readonly statusCode: number,
  ) {
    super(
      `operation error ${service}: ${operation}, https response error StatusCode: ${statusCode}, ${code}: ${detail}`,
    );
    this.name = code;
  }
}

/** Attempts of the real provider, at most. Waits between them are short here. */
const MAX_ATTEMPTS = 25;
const LONGEST_WAIT_MS = 100;
const THROTTLED =
  /^(Throttling|ThrottlingException|Throttled|ThrottledException|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/;

export interface AwsCallOptions {
  /** Where the sandbox listens, e.g. `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** @default 25, as the provider's `max_retries` */
  readonly maxAttempts?: number;
}

export interface CallScope {
  readonly region: string;
  /** Breaks calls off: the engine was told to stop. */
  readonly signal?: AbortSignal;
}

/** The way from the provider to the sandbox. Retries like the real one: throttling, 5xx and broken connections. */
export function awsCalls({ endpoint, maxAttempts = MAX_ATTEMPTS }: AwsCallOptions) {
  const agent = new http.Agent({ keepAlive: true });
  const call = async (
    { region, signal }: CallScope,
    service: string,
    operation: string,
    input: object,
  ): Promise<any> => {
    const body = JSON.stringify({ service, operation, input: toWire(input), region });
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { output, error } = await post(endpoint, agent, body, signal);
        if (!error) return fromWire(output);
        throw new AwsCallError(service, operation, error.code, error.message, error.statusCode ?? 400);
      } catch (error) {
        if (signal?.aborted) throw new Error(`operation error ${service}: ${operation}, canceled`);
        if (attempt >= maxAttempts || !mayRetry(error)) throw error;
      }
      await timers.setTimeout(Math.min(LONGEST_WAIT_MS, 5 * 2 ** attempt));
    }
  };
  return { call, close: () => agent.destroy() };
}

/** Nothing listens there, or it is not the sandbox: trying again does not help. */
class EndpointError extends Error {}

function mayRetry(error: unknown): boolean {
  if (error instanceof AwsCallError) {
    // A mistake in the sandbox itself does not go away.
    if (error.code === 'SandboxError') return false;
    return error.statusCode >= 500 || THROTTLED.test(error.code);
  }
  return !(error instanceof EndpointError);
}

async function post(endpoint: string, agent: http.Agent, body: string, signal?: AbortSignal): Promise<any> {
  const text = await new Promise<string>((resolve, reject) => {
    const request = http.request(
      new URL('/_sandbox/call', endpoint),
      { method: 'POST', agent, signal, headers: { 'content-type': 'application/json' } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks).toString()));
        response.on('error', reject);
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
  try {
    return JSON.parse(text);
  } catch {
    throw new EndpointError(
      `${endpoint} is not the sandbox: it answered ${JSON.stringify(text.slice(0, 80))}`,
    );
  }
}

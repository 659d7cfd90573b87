import type { Fault, RecordedCall } from './service';
import { AwsError } from './service';
import { fromWire, toWire } from './wire-values';

/** A sandbox that runs in another process, by its URL. */
export interface RemoteSandbox {
  readonly url: string;
  /** As the administrator, in the SDK's shapes. @throws AwsError */
  call(service: string, operation: string, input: unknown, region?: string): Promise<any>;
  addFault(fault: Fault): Promise<void>;
  clearFaults(): Promise<void>;
  calls(): Promise<RecordedCall[]>;
  clearCalls(): Promise<void>;
  /** Milliseconds since the epoch, as the sandbox has it. */
  now(): Promise<number>;
  /** Resolves when all that became due has run. */
  advance(ms: number): Promise<number>;
}

export function connectSandbox(url: string): RemoteSandbox {
  const request = async (method: string, path: string, body?: unknown): Promise<any> => {
    const response = await fetch(`${url}/_sandbox/${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok)
      throw new Error(`${method} ${url}/_sandbox/${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return {
    url,
    async call(service, operation, input, region) {
      const answer = await request('POST', 'call', { service, operation, input: toWire(input), region });
      if (answer.error) throw new AwsError(answer.error.code, answer.error.message, answer.error.statusCode);
      return fromWire(answer.output);
    },
    addFault: (fault) => request('POST', 'faults', fault),
    clearFaults: () => request('DELETE', 'faults'),
    calls: () => request('GET', 'calls'),
    clearCalls: () => request('DELETE', 'calls'),
    now: async () => (await request('GET', 'clock')).now,
    advance: async (ms) => (await request('POST', 'clock/advance', { ms })).now,
  };
}

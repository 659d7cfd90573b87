import type { SimulatedClock } from './clock';
import type { FaultBook } from './faults';
import { AwsError, type Fault, type RecordedCall, type WireRequest, type WireResponse } from './service';
import { fromWire, toWire } from './wire-values';

export interface ControlParts {
  readonly clock: SimulatedClock;
  readonly faults: FaultBook;
  readonly calls: RecordedCall[];
  call(service: string, operation: string, input: unknown, region?: string): Promise<unknown>;
}

/**
 * The sandbox's own interface, for other processes:
 * - `POST /_sandbox/call` `{service, operation, input, region?}` → `{output}` or `{error: {code, message, statusCode}}`,
 *   as the administrator; values as in `wire-values.ts`
 * - `GET|POST|DELETE /_sandbox/faults`: list, add one `Fault`, clear
 * - `GET /_sandbox/clock` → `{now}`, `POST /_sandbox/clock/advance` `{ms}` → `{now}`, when all that became due has run
 * - `GET|DELETE /_sandbox/calls`: the recorded calls, clear
 */
export function createControl(parts: ControlParts): (request: WireRequest) => Promise<WireResponse> {
  const { clock, faults, calls } = parts;
  const routes: Readonly<Record<string, (body: any) => unknown>> = {
    'POST /_sandbox/call': async ({ service, operation, input, region }) => {
      try {
        return { output: toWire(await parts.call(service, operation, fromWire(input ?? {}), region)) ?? {} };
      } catch (error) {
        return { error: errorOf(error) };
      }
    },
    'GET /_sandbox/faults': () => faults.list(),
    'POST /_sandbox/faults': (fault: Fault) => {
      faults.add(fault);
      return {};
    },
    'DELETE /_sandbox/faults': () => {
      faults.clear();
      return {};
    },
    'GET /_sandbox/clock': () => ({ now: clock.now() }),
    'POST /_sandbox/clock/advance': async ({ ms }) => {
      await clock.advance(ms);
      return { now: clock.now() };
    },
    'GET /_sandbox/calls': () => calls,
    'DELETE /_sandbox/calls': () => {
      calls.length = 0;
      return {};
    },
  };
  return async (request) => {
    const route = routes[`${request.method} ${request.path}`];
    if (!route)
      return respond(404, { error: { code: 'NotFound', message: `${request.method} ${request.path}` } });
    const text = request.body.toString('utf8');
    return respond(200, await route(text ? JSON.parse(text) : {}));
  };
}

function errorOf(error: unknown) {
  const { name, message, stack } = error as Error;
  if (error instanceof AwsError) return { code: error.code, message, statusCode: error.statusCode };
  return { code: name === 'Error' ? 'SandboxError' : name, message: stack ?? message, statusCode: 500 };
}

const respond = (statusCode: number, body: unknown): WireResponse => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

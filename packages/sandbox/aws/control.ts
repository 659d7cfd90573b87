import type { Arrival } from './arriving';
import type { SimulatedClock } from './clock';
import type { ControlRoutes, SesVerificationOptions } from './core';
import { ConnectionReset } from './dispatch';
import type { FaultBook } from './faults';
import { AwsError, type Fault, type RecordedCall, type WireRequest, type WireResponse } from './service';
import type { SesService } from './services/ses';
import { fromWire, toWire } from './wire-values';

/** The request asks for something that cannot be: the message says what, and what could. */
export class ControlError extends Error {}

export interface ControlParts {
  /** Routes beside the sandbox's own. */
  readonly more?: ControlRoutes;
  readonly clock: SimulatedClock;
  readonly faults: FaultBook;
  readonly arrival: Arrival;
  readonly calls: RecordedCall[];
  readonly missed: ReadonlyMap<string, number>;
  ses(): SesService;
  call(
    service: string,
    operation: string,
    input: unknown,
    region: string | undefined,
    signal: AbortSignal,
  ): Promise<unknown>;
}

/** Answers a request to `/_sandbox/…`. `signal` is aborted when the client goes away. */
export type Control = (request: WireRequest, signal: AbortSignal) => Promise<WireResponse>;

/**
 * The sandbox's own interface, for other processes:
 * - `POST /_sandbox/call` `{service, operation, input, region?}` → `{output}` or `{error: {code, message, statusCode}}`,
 *   as the administrator; values as in `wire-values.ts`
 * - `GET|POST|DELETE /_sandbox/faults`: list, add one `Fault`, clear
 * - `GET /_sandbox/clock` → `{now}`, `POST /_sandbox/clock/advance` `{ms}` → `{now}`, when all that became due has run
 * - `PUT /_sandbox/arrival` `{delayMs}`: how late changes of IAM and of tags count, from now on
 * - `GET|DELETE /_sandbox/mail`: what SES has sent, clear; `POST /_sandbox/ses/pace` `SesVerificationOptions`: how it verifies
 * - `GET|DELETE /_sandbox/calls`: the recorded calls, clear
 * - `GET /_sandbox/missed`: operations that were asked for and that AWS has and the sandbox has not, and how often
 */
export function createControl(parts: ControlParts): Control {
  const { clock, faults, arrival, calls, missed } = parts;
  const routes: ControlRoutes = {
    ...parts.more,
    'POST /_sandbox/call': async ({ service, operation, input, region }, signal) => {
      try {
        const output = await parts.call(service, operation, fromWire(input ?? {}), region, signal);
        return { output: toWire(output) ?? {} };
      } catch (error) {
        if (error instanceof ConnectionReset) throw error;
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
    'PUT /_sandbox/arrival': ({ delayMs }) => {
      arrival.delayMs = delayOf(delayMs);
      return {};
    },
    'GET /_sandbox/calls': () => calls,
    'GET /_sandbox/mail': () => parts.ses().mailbox.messages,
    'DELETE /_sandbox/mail': () => {
      parts.ses().mailbox.clear();
      return {};
    },
    'POST /_sandbox/ses/pace': (pace: SesVerificationOptions) => {
      parts.ses().pace(pace);
      return {};
    },
    'GET /_sandbox/missed': () => Object.fromEntries(missed),
    'DELETE /_sandbox/calls': () => {
      calls.length = 0;
      return {};
    },
  };
  return async (request, signal) => {
    const route = routes[`${request.method} ${request.path}`];
    if (!route)
      return respond(404, { error: { code: 'NotFound', message: `${request.method} ${request.path}` } });
    const text = request.body.toString('utf8');
    try {
      return respond(200, await route(text ? JSON.parse(text) : {}, signal));
    } catch (error) {
      if (!(error instanceof ControlError) && !(error instanceof SyntaxError)) throw error;
      return respond(400, { error: { code: 'BadRequest', message: error.message } });
    }
  };
}

/** @throws ControlError */
export function delayOf(value: unknown): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new ControlError(`delayMs is a number of milliseconds, not ${JSON.stringify(value)}.`);
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

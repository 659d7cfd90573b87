import type { Arrival } from './arriving';
import type { SimulatedClock } from './clock';
import type { ControlRoutes } from './core';
import type { Faults } from './faults';
import type { Fault, RecordedCall, WireRequest, WireResponse } from './service';

/** The request asks for something that cannot be: the message says what, and what could. */
export class ControlError extends Error {}

export interface ControlParts {
  /** Routes beside the sandbox's own. */
  readonly more?: ControlRoutes;
  readonly clock: SimulatedClock;
  readonly faults: Faults;
  readonly arrival: Arrival;
  readonly calls: RecordedCall[];
  readonly missed: ReadonlyMap<string, number>;
}

/** Answers a request to `/_sandbox/…`. `signal` is aborted when the client goes away. */
export type Control = (request: WireRequest, signal: AbortSignal) => Promise<WireResponse>;

/**
 * The sandbox's own interface, for other processes:
 * - `POST|DELETE /_sandbox/faults`: add one `Fault`, clear
 * - `POST /_sandbox/clock/advance` `{ms}` → `{now}`, when all that became due has run
 * - `PUT /_sandbox/arrival` `{delayMs}`: how late changes of IAM and of tags count, from now on
 * - `GET /_sandbox/calls`: the recorded calls
 * - `GET /_sandbox/missed`: operations that were asked for and that AWS has and the sandbox has not, and how often
 */
export function createControl(parts: ControlParts): Control {
  const { clock, faults, arrival, calls, missed } = parts;
  const routes: ControlRoutes = {
    ...parts.more,
    'POST /_sandbox/faults': (fault: Fault) => {
      faults.add(fault);
      return {};
    },
    'DELETE /_sandbox/faults': () => {
      faults.clear();
      return {};
    },
    'POST /_sandbox/clock/advance': async ({ ms }) => {
      await clock.advance(ms);
      return { now: clock.now() };
    },
    'PUT /_sandbox/arrival': ({ delayMs }) => {
      arrival.delayMs = delayOf(delayMs);
      return {};
    },
    'GET /_sandbox/calls': () => calls,
    'GET /_sandbox/missed': () => Object.fromEntries(missed),
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

const respond = (statusCode: number, body: unknown): WireResponse => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

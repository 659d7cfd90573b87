import type { Arrival } from '../contract/arriving';
import type { SimulatedClock } from '../contract/clock';
import type { ControlRoutes } from '../contract/core';
import type { Fault, RecordedCall, WireRequest, WireResponse } from '../contract/service';
import type { Faults } from './faults';

/** Reports that a request asks for something impossible, and what would be possible. */
export class ControlError extends Error {}

export interface ControlParts {
  /** Part of the path of each request, so that knowing the port is not enough. */
  readonly secret: string;
  /** Routes in addition to the sandbox's own. */
  readonly more?: ControlRoutes;
  readonly clock: SimulatedClock;
  readonly faults: Faults;
  readonly arrival: Arrival;
  readonly calls: RecordedCall[];
  readonly missed: ReadonlyMap<string, number>;
}

/** Answers a request to `/_sandbox/…`. `signal` is aborted when the client disconnects. */
export type Control = (request: WireRequest, signal: AbortSignal) => Promise<WireResponse>;

/**
 * The sandbox's own interface, for other processes, below `/_sandbox/SECRET/`:
 * - `POST|DELETE faults`: add one `Fault`, clear
 * - `POST clock/advance` `{ms}` → `{now}`, answered once all timers that became due have run
 * - `PUT arrival` `{delayMs}`: sets the delay until a change of IAM or of tags takes effect
 * - `GET calls`: the recorded calls
 * - `GET missed`: operations of AWS that were requested and that the sandbox lacks, with their counts
 */
export function createControl(parts: ControlParts): Control {
  const { secret, clock, faults, arrival, calls, missed } = parts;
  const routes: ControlRoutes = {
    ...parts.more,
    'POST faults': (fault: Fault) => {
      faults.add(fault);
      return {};
    },
    'DELETE faults': () => {
      faults.clear();
      return {};
    },
    'POST clock/advance': async ({ ms }) => {
      await clock.advance(ms);
      return { now: clock.now() };
    },
    'PUT arrival': ({ delayMs }) => {
      arrival.delayMs = delayOf(delayMs);
      return {};
    },
    'GET calls': () => calls,
    'GET missed': () => Object.fromEntries(missed),
  };
  return async (request, signal) => {
    const [, given, name] = /^\/_sandbox\/([^/]*)\/?(.*)$/.exec(request.path) ?? [];
    if (given !== secret)
      return respond(403, { error: { code: 'AccessDenied', message: 'Ask under SANDBOX_URL.' } });
    const route = routes[`${request.method} ${name}`];
    if (!route) return respond(404, { error: { code: 'NotFound', message: `${request.method} ${name}` } });
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
  throw new ControlError(
    `Invalid delayMs: expected a number of milliseconds, found ${JSON.stringify(value)}.`,
  );
}

const respond = (statusCode: number, body: unknown): WireResponse => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

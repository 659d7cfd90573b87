import type { Services } from './aws/services';
import { KEPT_MS } from './budgets';
import type { Clock, LimitingClock } from './clock';
import type { Environment } from './contract/input/environment';
import type { GateRequest } from './dns/conclude';
import type { GateWorld } from './dns/gate';
import type { LookUp } from './dns/lookup';
import type { Redactor } from './errors/redact';
import type { GateOutcome } from './words/gate';
import type { LogCode, LogFacts } from './words/log';

/** Structured logs with one JSON object per line: the code of the entry, its sentence, and its facts as fields. */
export interface Log {
  readonly info: WriteEntry;
  readonly warn: WriteEntry;
  readonly error: WriteEntry;
}

/** Writes an entry of the log. */
export type WriteEntry = <Code extends LogCode>(code: Code, facts: LogFacts[Code]) => void;

/** CloudWatch metrics. */
export interface Metrics {
  /** Publishes values by name, unit Count. */
  count(values: Readonly<Record<string, number>>): void;
}

/** Everything outside the handler, passed as one argument. */
export interface World {
  readonly clock: LimitingClock;
  /** 0 ≤ n < 1. */
  random(): number;
  uuid(): string;
  /** Id of this invocation; Lambda repeats a failed invocation under the same id. */
  readonly invocation: string;
  /** Milliseconds until the function is stopped. */
  remainingMs(): number;
  readonly environment: Environment;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly redactor: Redactor;
  /** A new RSA private key: PEM, PKCS#8. */
  makePrivateKey(): Promise<string>;
  /** The services, whose waits (retries) go through `clock`. */
  services(domain: string, region: string, clock: Clock): Services;
  /** The gate. */
  prove(request: GateRequest, world: GateWorld): Promise<GateOutcome>;
  /** Looks up other records. */
  readonly lookUp: LookUp;
}

/** Returns the clock for the gate, and the function's time without that of the phases after the gate. */
export const gateWorld = (world: World, mostMs = Number.POSITIVE_INFINITY): GateWorld => ({
  clock: world.clock,
  remainingMs: () => Math.min(mostMs, Math.max(0, world.remainingMs() - KEPT_MS.gate)),
});

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  AwsError,
  type CallContext,
  type CallListener,
  type Demand,
  type Fault,
  type Operation,
  type Principal,
  type RecordedCall,
  type SandboxClock,
  type Service,
} from '../contract/service';
import { accessDenied, conflict, internalError, refuseNotModelled, throttled } from '../wire/refusals';
import { type AuthorizationRequest, type Authorizer, principalArn, requestKeys } from './authorize';
import type { Faults } from './faults';
import { cutPage } from './pages';
import type { Throttle } from './throttle';

/** Breaks the connection without an answer. The message is the kind of the fault. */
export class ConnectionReset extends Error {
  override readonly name = 'ConnectionReset';
}

export interface CallOrigin {
  readonly principal: Principal;
  readonly region: string;
  readonly signal: AbortSignal;
}

export interface DispatchParts {
  readonly accountId: string;
  readonly clock: SandboxClock;
  readonly faults: Faults;
  readonly calls: RecordedCall[];
  readonly secureTransport: boolean;
  readonly authorize: Authorizer;
  /** Calls by service. */
  readonly throttles: ReadonlyMap<string, Throttle>;
  service(name: string): Service;
  kill(invocationId: string): void | Promise<void>;
  readonly listeners: readonly CallListener[];
}

/** Describes a call in progress. Its context exists before it runs, since even a refusal is encoded with it. */
export interface Call {
  readonly context: CallContext;
  /** @throws AwsError the service's answer; ConnectionReset if the fault leaves the call without one */
  run(): Promise<any>;
}

/** Carries every call to a service, whether it comes over the wire or from another service. */
export type Dispatch = (service: Service, operation: string, input: any, origin: CallOrigin) => Call;

/**
 * Records each call, injects the faults that come before it, throttles, authorizes and runs it, and injects the faults
 * that come after it.
 */
export function createDispatch(parts: DispatchParts): Dispatch {
  let sequence = 0;
  const dispatch: Dispatch = (service, operation, input, origin) =>
    new RunningCall(
      { parts, dispatch, nextSequence: () => sequence++ },
      { service, operation, input, origin },
    );
  return dispatch;
}

interface Dispatching {
  readonly parts: DispatchParts;
  readonly dispatch: Dispatch;
  nextSequence(): number;
}

interface AskedCall {
  readonly service: Service;
  readonly operation: string;
  readonly input: any;
  readonly origin: CallOrigin;
}

class RunningCall implements Call {
  readonly context: CallContext;
  private readonly record: OpenRecord;

  constructor(
    private readonly shared: Dispatching,
    private readonly asked: AskedCall,
  ) {
    const { parts, dispatch } = shared;
    const { service, operation, origin } = asked;
    this.record = blankRecord(service, operation, origin, parts.clock);
    this.context = {
      region: origin.region,
      accountId: parts.accountId,
      principal: origin.principal,
      clock: parts.clock,
      requestId: randomUUID(),
      signal: origin.signal,
      authorize: (action, resource, conditionKeys, resourcePolicy) =>
        this.demand(action, resource, { conditionKeys, resourcePolicy }),
      call: (name, nested, input, principal = origin.principal) =>
        dispatch(parts.service(name), nested, input, { ...origin, principal }).run(),
    };
  }

  async run(): Promise<any> {
    const { parts, nextSequence } = this.shared;
    const { service, operation: name, input } = this.asked;
    const { record } = this;
    record.sequence = nextSequence();
    parts.calls.push(record);
    const operation = service.operations[name];
    let output: any;
    let error: Error | undefined;
    try {
      if (!operation) throw new AwsError('UnknownOperationException', `${service.name}:${name}`, 404);
      output = await this.perform(operation);
      record.outcome = 'ok';
      return output;
    } catch (thrown) {
      error = thrown as Error;
      record.outcome = error instanceof ConnectionReset ? error.message : error.name;
      throw error;
    } finally {
      const { requestId } = this.context;
      for (const listen of parts.listeners) listen(record, { input, output, error, requestId });
    }
  }

  private async perform(operation: Operation): Promise<any> {
    const { parts } = this.shared;
    const { service, operation: name, input, origin } = this.asked;
    const { record, context } = this;
    record.resource = operation.resource(input, context);
    const fault = parts.faults.strike(record)?.kind;
    await this.faultBefore(fault);
    const throttle = parts.throttles.get(service.name);
    if (throttle?.takes(name, origin.region, parts.clock.now()) === false) throw throttled(service.name);
    const more = {
      resourceTags: operation.resourceTags?.(input, context),
      conditionKeys: operation.conditionKeys?.(input, context),
      resourcePolicy: operation.resourcePolicy?.(input, context),
    };
    for (const action of actionsOf(operation, input)) this.demand(action, record.resource, more);
    refuseNotModelled(service.name, name, input);
    const output = (await operation.run(input, context)) ?? {};
    await this.faultAfter(fault);
    return cutPage(service.name, name, input, output);
  }

  /** Checks that the caller has a permission, and records that the call needed it. */
  private demand(action: string, resource: string, more: Partial<AuthorizationRequest>): void {
    const { accountId, secureTransport, authorize } = this.shared.parts;
    const { service, origin } = this.asked;
    const { principal, region } = origin;
    this.record.actions.push(action);
    this.record.demands.push({ action, resource, keys: requestKeys(more) });
    const refusal = authorize({ action, resource, principal, accountId, region, secureTransport, ...more });
    if (refusal) throw accessDenied(service.name, refusal);
  }

  /** Injects the faults under which the call never takes effect. */
  private async faultBefore(kind: Fault['kind'] | undefined): Promise<void> {
    const { record } = this;
    const { signal } = this.asked.origin;
    const refusal = kind && REFUSALS[kind];
    if (refusal) throw refusal(record.service);
    if (kind === 'deny')
      throw accessDenied(record.service, deniedByFault(record, this.shared.parts.accountId));
    if (kind === 'hang') {
      record.outcome = 'hang';
      if (!signal.aborted) await once(signal, 'abort');
    }
    if (kind === 'killBefore') await this.killCaller();
    if (kind === 'hang' || kind === 'killBefore' || kind === 'resetBefore') throw new ConnectionReset(kind);
  }

  /** Injects the faults under which the call takes effect without the caller learning of it. */
  private async faultAfter(kind: Fault['kind'] | undefined): Promise<void> {
    if (kind === 'killAfter') await this.killCaller();
    if (kind === 'killAfter' || kind === 'resetAfter') throw new ConnectionReset(kind);
  }

  private async killCaller(): Promise<void> {
    const { principal } = this.asked.origin;
    if (principal.type === 'role' && principal.invocationId)
      await this.shared.parts.kill(principal.invocationId);
  }
}

const actionsOf = ({ action }: Operation, input: any): readonly string[] => {
  if (typeof action === 'function') return action(input);
  return typeof action === 'string' ? [action] : action;
};

/** The record of a call that is still running. */
interface OpenRecord extends Omit<RecordedCall, 'sequence' | 'resource'> {
  sequence: number;
  resource: string;
  readonly actions: string[];
  readonly demands: Demand[];
}

const blankRecord = (
  service: Service,
  operation: string,
  origin: CallOrigin,
  clock: SandboxClock,
): OpenRecord => ({
  sequence: 0,
  at: clock.now(),
  service: service.name,
  operation,
  actions: [],
  demands: [],
  resource: '',
  principal: origin.principal,
  region: origin.region,
  outcome: '',
});

/** Maps the faults that surface as an error of the service. */
const REFUSALS: Partial<Record<Fault['kind'], (service: string) => AwsError>> = {
  throttle: throttled,
  error500: internalError,
  conflict,
};

const deniedByFault = (
  { principal, service, operation, resource }: RecordedCall,
  accountId: string,
): string =>
  `User: ${principalArn(principal, accountId)} is not authorized to perform: ${service}:${operation} on resource: ` +
  `${resource} with an explicit deny in a service control policy`;

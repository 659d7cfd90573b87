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

/** The connection breaks without an answer. The message is the kind of the fault. */
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
  /** By service. */
  readonly throttles: ReadonlyMap<string, Throttle>;
  service(name: string): Service;
  kill(invocationId: string): void | Promise<void>;
  readonly listeners: readonly CallListener[];
}

/** A call in progress. Its context exists before it runs, since even a refusal is encoded with it. */
export interface Call {
  readonly context: CallContext;
  /** @throws AwsError as the service would answer; ConnectionReset if it would not */
  run(): Promise<any>;
}

/** Whatever reaches a service goes through here, over the wire or from another service. */
export type Dispatch = (service: Service, operation: string, input: any, origin: CallOrigin) => Call;

/** Each call is recorded, faulted (before), throttled, authorised, run, and faulted (after), in that order. */
export function createDispatch(parts: DispatchParts): Dispatch {
  let sequence = 0;

  const kill = async ({ principal }: CallOrigin): Promise<void> => {
    if (principal.type === 'role' && principal.invocationId) await parts.kill(principal.invocationId);
  };
  /** Faults under which the call never took effect. */
  const before = async (kind: Fault['kind'] | undefined, record: RecordedCall, origin: CallOrigin) => {
    const refusal = kind && REFUSALS[kind];
    if (refusal) throw refusal(record.service);
    if (kind === 'deny') throw accessDenied(record.service, deniedByFault(record, parts.accountId));
    if (kind === 'hang') record.outcome = 'hang';
    if (kind === 'hang' && !origin.signal.aborted) await once(origin.signal, 'abort');
    if (kind === 'killBefore') await kill(origin);
    if (kind === 'hang' || kind === 'killBefore' || kind === 'resetBefore') throw new ConnectionReset(kind);
  };
  /** Faults under which the call took effect, and the caller never learns. */
  const after = async (kind: Fault['kind'] | undefined, origin: CallOrigin): Promise<void> => {
    if (kind === 'killAfter') await kill(origin);
    if (kind === 'killAfter' || kind === 'resetAfter') throw new ConnectionReset(kind);
  };

  const dispatch: Dispatch = (service, operationName, input, origin) => {
    const record = blankRecord(service, operationName, origin, parts.clock);
    const demand = (action: string, resource: string, more: Partial<AuthorizationRequest> = {}) => {
      record.actions.push(action);
      record.demands.push({ action, resource, keys: requestKeys(more) });
      const { principal, region } = origin;
      const { accountId, secureTransport } = parts;
      const request = { action, resource, principal, accountId, region, secureTransport, ...more };
      const refusal = parts.authorize(request);
      if (refusal) throw accessDenied(service.name, refusal);
    };

    const context: CallContext = {
      region: origin.region,
      accountId: parts.accountId,
      principal: origin.principal,
      clock: parts.clock,
      requestId: randomUUID(),
      signal: origin.signal,
      authorize: (action, resource, conditionKeys, resourcePolicy) =>
        demand(action, resource, { conditionKeys, resourcePolicy }),
      call: (name, operation, nestedInput, principal = origin.principal) =>
        dispatch(parts.service(name), operation, nestedInput, { ...origin, principal }).run(),
    };

    const perform = async (operation: Operation) => {
      record.resource = operation.resource(input, context);
      const fault = parts.faults.strike(record)?.kind;
      await before(fault, record, origin);
      const throttle = parts.throttles.get(service.name);
      if (throttle?.takes(operationName, origin.region, parts.clock.now()) === false)
        throw throttled(service.name);
      const more = {
        resourceTags: operation.resourceTags?.(input, context),
        conditionKeys: operation.conditionKeys?.(input, context),
        resourcePolicy: operation.resourcePolicy?.(input, context),
      };
      for (const action of actionsOf(operation, input)) demand(action, record.resource, more);
      refuseNotModelled(service.name, operationName, input);
      const output = (await operation.run(input, context)) ?? {};
      await after(fault, origin);
      return cutPage(service.name, operationName, input, output);
    };

    const run = async () => {
      record.sequence = sequence++;
      parts.calls.push(record);
      const operation = service.operations[operationName];
      let output: any;
      let error: Error | undefined;
      try {
        if (!operation)
          throw new AwsError('UnknownOperationException', `${service.name}:${operationName}`, 404);
        output = await perform(operation);
        record.outcome = 'ok';
        return output;
      } catch (thrown) {
        error = thrown as Error;
        record.outcome = error instanceof ConnectionReset ? error.message : error.name;
        throw error;
      } finally {
        for (const listen of parts.listeners)
          listen(record, { input, output, error, requestId: context.requestId });
      }
    };
    return { context, run };
  };
  return dispatch;
}

const actionsOf = ({ action }: Operation, input: any): readonly string[] => {
  if (typeof action === 'function') return action(input);
  return typeof action === 'string' ? [action] : action;
};

const blankRecord = (service: Service, operation: string, origin: CallOrigin, clock: SandboxClock) => ({
  sequence: 0,
  at: clock.now(),
  service: service.name,
  operation,
  actions: [] as string[],
  demands: [] as Demand[],
  resource: '',
  principal: origin.principal,
  region: origin.region,
  outcome: '',
});

/** Faults that are an error of the service's. */
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

import type { Told } from '../../handlers/answers';
import type { AuditAnswer } from '../../handlers/audit/output/answer';
import type { RemovalAnswer } from '../../handlers/audit/removal';
import { ACTIONS, type Action, READ_ONLY_ALIAS } from '../../handlers/contract/contract';
import type { ResourceEvent } from '../../handlers/contract/input/event-schema';
import type { DrillAnswer } from '../../handlers/drill/drill';
import { visibleValue } from '../../handlers/escape';
import type { Inspected } from '../../handlers/inspection/inspect';
import type { KeyAnswer } from '../../handlers/keys/make/create-key';
import type { NotifyAnswer } from '../../handlers/keys/make/dns-team';
import type { RecordAnswer } from '../../handlers/keys/make/show-record';
import type { Reverted } from '../../handlers/ledger/results';
import type { TestAnswer, TopicsAnswer } from '../../handlers/notices/topics';
import type { KnownDomains } from '../../handlers/reports/known';
import type { KnownDomain } from '../../handlers/reports/known-domain';
import type { NothingConfirmed } from '../../handlers/transaction/answers';
import type { ConfirmedByHand } from '../../handlers/transaction/confirm';
import { awsFailure, functionFailure, strangeFunction } from '../errors/aws-failure';
import { AnsweredError, CliError } from '../errors/cli-error';
import type { Called } from '../words/format';
import type { CliWorld, FunctionAnswer } from '../world/world';

/** The function's answers to each action, with its own types, so that the two ends cannot drift apart. */
export interface Answers {
  readonly audit: Told<AuditAnswer, 'audit'>;
  readonly confirm: Told<ConfirmedByHand, 'confirm'> | (NothingConfirmed & { readonly reason: string });
  readonly createKey: Told<KeyAnswer, 'create-key'>;
  readonly drill: Told<DrillAnswer, 'drill'>;
  readonly known: KnownDomains;
  readonly notifyDnsTeam: Told<NotifyAnswer, 'notify'>;
  readonly askRemoval: Told<RemovalAnswer, 'ask-removal'>;
  readonly record: Told<RecordAnswer, 'record'>;
  readonly revert: Told<Reverted, 'revert-by-hand'>;
  readonly status: KnownDomain;
  readonly topics: Told<TopicsAnswer, 'topics'>;
  readonly testNotices: Told<TestAnswer, 'test-notices'>;
}

export type StatusAnswer = Answers['status'];

/** The function and the domain of a call. */
export interface FunctionTarget {
  readonly functionName: string;
  readonly region: string;
}

/**
 * Calls the deployed function directly. @throws CliError with the function's own code and message, or with the reason why it
 * could not be called
 */
export async function callFunction<Name extends keyof Answers>(
  world: CliWorld,
  target: FunctionTarget,
  action: Name,
  fields: Readonly<Record<string, unknown>>,
): Promise<Answers[Name]> {
  const name: Action = ACTIONS[action];
  const answer = await invoke(world, target, { action: name, ...fields }, isReadOnly(action, fields));
  return answer as Answers[Name];
}

/**
 * Asks the deployed function as a plan would. Read-only.
 * @throws CliError as `callFunction`
 */
export async function inspectPlan(
  world: CliWorld,
  target: FunctionTarget,
  fields: Omit<ResourceEvent, 'resource'>,
): Promise<Inspected> {
  const event: ResourceEvent = { resource: 'Inspection', ...fields };
  return (await invoke(world, target, event, true)) as Inspected;
}

async function invoke(
  world: CliWorld,
  target: FunctionTarget,
  payload: object,
  readOnly: boolean,
): Promise<unknown> {
  const { functionName, region } = target;
  const resource = { kind: 'function', functionName, region } as const;
  const call = { ...target, payload, signal: world.signal, ...(readOnly && { qualifier: READ_ONLY_ALIAS }) };
  const answer = await world.invoke(call).catch((error: unknown) => {
    world.signal.throwIfAborted();
    throw awsFailure(error, { action: 'lambda:InvokeFunction', resource });
  });
  return readAnswer(visibleValue(answer), resource);
}

/** Checks whether the action goes through the read-only alias, which may be the caller's only grant. A notice does not. */
const isReadOnly = (action: keyof Answers, { always }: Readonly<Record<string, unknown>>): boolean =>
  READING.includes(action) || (action === 'audit' && always !== true);
const READING: readonly (keyof Answers)[] = ['status', 'known', 'record', 'topics'];

/** Lambda's name for a timeout. */
const TIMED_OUT = 'Sandbox.Timedout';

function readAnswer({ payload, functionError }: FunctionAnswer, called: Called): object {
  const answer = { ...(payload as Readonly<Record<string, unknown>> | null) };
  if (functionError !== undefined) {
    const { errorType = 'FUNCTION_FAILED', errorMessage = functionError } = answer;
    const reason = String(errorMessage);
    if (errorType === TIMED_OUT) throw functionFailure('FUNCTION_TIMED_OUT', called, reason);
    const { message, facts } = functionFailure('FUNCTION_FAILED', called, reason);
    throw new CliError(String(errorType), { message, facts });
  }
  const { statusCode, message = 'no message', error = 'FUNCTION_FAILED', details, advice } = answer;
  if (typeof statusCode !== 'number') throw strangeFunction(called);
  if (statusCode >= 400)
    throw new AnsweredError(String(error), {
      message: String(message),
      facts: details,
      advice: advice as string | undefined,
    });
  return answer;
}

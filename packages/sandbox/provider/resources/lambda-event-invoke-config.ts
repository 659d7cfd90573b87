import type { ProviderContext, ResourceType, State } from '../resource';
import { deletedBy, doing, given, orGone } from './common';
import { inputOf } from './naming';

const WHAT = 'Lambda Function Event Invoke Config';
/** `aws_lambda_function_event_invoke_config`: what happens when an asynchronous invocation has failed. */
export const lambdaEventInvokeConfig: ResourceType = {
  create: async (context, planned) => {
    const { function_name: name, qualifier } = planned;
    await put(context, planned, 'creating', name);
    return { id: qualifier ? `${name}:${qualifier}` : name };
  },
  read: async (context, state) => {
    const found = await doing(
      `reading ${WHAT} (${state.id})`,
      orGone(context.call('lambda', 'GetFunctionEventInvokeConfig', target(state))),
    );
    if (!found) return null;
    const { DestinationConfig: it } = found;
    const one = (value?: { Destination?: string }) =>
      value?.Destination ? [{ destination: value.Destination }] : [];
    const destinations = { on_failure: one(it?.OnFailure), on_success: one(it?.OnSuccess) };
    const none = destinations.on_failure.length + destinations.on_success.length === 0;
    return {
      ...state,
      function_name: state.function_name ?? target(state).FunctionName,
      // An empty block says no more than none does.
      destination_config: none ? (state.destination_config ?? []).filter(isEmpty) : [destinations],
      maximum_event_age_in_seconds: found.MaximumEventAgeInSeconds ?? null,
      maximum_retry_attempts: found.MaximumRetryAttempts ?? 2,
    };
  },
  update: async (context, _prior, planned) => {
    await put(context, planned, 'updating', planned.id);
  },
  delete: deletedBy(WHAT, 'lambda', 'DeleteFunctionEventInvokeConfig', target),
};

const isEmpty = (block: State): boolean => block.on_failure.length + block.on_success.length === 0;

function target(state: State): { FunctionName: string; Qualifier?: string } {
  const [name, qualifier] = (state.id ?? '').split(':');
  return {
    FunctionName: state.function_name ?? name,
    ...given({ Qualifier: state.qualifier ?? (state.function_name ? undefined : qualifier) }),
  };
}

async function put(context: ProviderContext, planned: State, verb: string, id: string): Promise<void> {
  await doing(
    `${verb} ${WHAT} (${id})`,
    context.call(
      'lambda',
      'PutFunctionEventInvokeConfig',
      inputOf('lambda', 'PutFunctionEventInvokeConfigRequest', planned),
    ),
  );
}

import type { ProviderContext, State } from '../resource';
import { given } from './common';
import { invokeArn } from './lambda-function-values';
import { inputOf } from './naming';
import { simpleResource } from './simple-resource';

/** `aws_lambda_alias`: a second name of a function's version, which IAM grants by itself. */
export const lambdaAlias = simpleResource({
  what: 'Lambda Alias',
  service: 'lambda',
  create: 'CreateAlias',
  read: 'GetAlias',
  update: 'UpdateAlias',
  delete: 'DeleteAlias',
  identity: () => ({}),
  made: ({ AliasArn }, context) => arns(AliasArn, context),
  input: (planned) => ({
    ...inputOf('lambda', 'CreateAliasRequest', planned),
    Description: planned.description ?? '',
    RoutingConfig: {},
  }),
  named: (state) => {
    // Imported as FUNCTION/ALIAS.
    const [imported, alias] = state.id.split('/');
    const { function_name: FunctionName = imported, name: Name = alias } = given(state);
    return { FunctionName, Name };
  },
  state: ({ AliasArn, Name, Description, FunctionVersion }, state, context) => ({
    ...arns(AliasArn, context),
    function_name: state.function_name ?? state.id.split('/')[0],
    name: Name,
    description: Description || null,
    function_version: FunctionVersion,
  }),
  told: (verb, { name }) => `${verb} Lambda Alias (${name})`,
});

const arns = (arn: string, context: ProviderContext): State => ({
  ...{ id: arn, arn },
  invoke_arn: invokeArn(context, arn),
});

/** `aws_lambda_function_event_invoke_config`: what happens when an asynchronous invocation has failed. */
export const lambdaEventInvokeConfig = simpleResource({
  what: 'Lambda Function Event Invoke Config',
  service: 'lambda',
  create: 'PutFunctionEventInvokeConfig',
  read: 'GetFunctionEventInvokeConfig',
  update: 'PutFunctionEventInvokeConfig',
  delete: 'DeleteFunctionEventInvokeConfig',
  identity: ({ function_name: name, qualifier }) => ({ id: qualifier ? `${name}:${qualifier}` : name }),
  input: (planned) => inputOf('lambda', 'PutFunctionEventInvokeConfigRequest', planned),
  named: target,
  state: ({ DestinationConfig: it, MaximumEventAgeInSeconds, MaximumRetryAttempts }, state) => {
    const one = (value?: { Destination?: string }) =>
      value?.Destination ? [{ destination: value.Destination }] : [];
    const destinations = { on_failure: one(it?.OnFailure), on_success: one(it?.OnSuccess) };
    return {
      function_name: target(state).FunctionName,
      // An empty block says no more than none does.
      destination_config: isEmpty(destinations)
        ? (state.destination_config ?? []).filter(isEmpty)
        : [destinations],
      maximum_event_age_in_seconds: MaximumEventAgeInSeconds ?? null,
      maximum_retry_attempts: MaximumRetryAttempts ?? 2,
    };
  },
});

const isEmpty = (block: State): boolean => block.on_failure.length + block.on_success.length === 0;

function target(state: State): { FunctionName: string; Qualifier?: string } {
  const [name, qualifier] = (state.id ?? '').split(':');
  return {
    FunctionName: state.function_name ?? name,
    ...given({ Qualifier: state.qualifier ?? (state.function_name ? undefined : qualifier) }),
  };
}

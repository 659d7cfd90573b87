import type { ProviderContext, ResourceType, State } from '../resource';
import { given, nameOrPrefixed } from './common';
import { invokeArn } from './lambda-function';
import { inputOf } from './naming';
import { simpleResource } from './simple-resource';

/** `aws_lambda_alias`: a second name of a function's version, which IAM can grant separately. */
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

/** `aws_lambda_function_event_invoke_config`: the handling of an asynchronous invocation that has failed. */
export const lambdaEventInvokeConfig = simpleResource({
  what: 'Lambda Function Event Invoke Config',
  service: 'lambda',
  put: 'PutFunctionEventInvokeConfig',
  read: 'GetFunctionEventInvokeConfig',
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
      // An empty block is equivalent to none.
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

/** `aws_lambda_permission`: one statement of a function's own policy. */
export const lambdaPermission: ResourceType = {
  ...simpleResource({
    what: 'Lambda Permission',
    service: 'lambda',
    create: 'AddPermission',
    read: 'GetPolicy',
    delete: 'RemovePermission',
    identity: ({ statement_id, statement_id_prefix }) => {
      const id = nameOrPrefixed({ name: statement_id, name_prefix: statement_id_prefix });
      return { id, statement_id: id };
    },
    input: ({ id, action, principal, source_arn, source_account, ...planned }) => ({
      ...functionOf(planned),
      ...{ StatementId: id, Action: action, Principal: principal },
      ...given({ SourceArn: source_arn, SourceAccount: source_account }),
    }),
    named: (state) => ({ ...functionOf(state), StatementId: state.id }),
    state: ({ Policy }, state) => {
      const statement = JSON.parse(Policy).Statement.find(({ Sid }: any) => Sid === state.id);
      if (!statement) return null;
      const { Resource, Principal, Condition = {} } = statement;
      const [arn, name, qualifier] = /^(?:.*:function:([^:]+))(?::(.+))?$/.exec(Resource) ?? [];
      return {
        statement_id: state.id,
        statement_id_prefix: state.statement_id_prefix ?? '',
        action: statement.Action,
        function_name: state.function_name.startsWith('arn:') ? arn!.replace(`:${qualifier}`, '') : name,
        qualifier: qualifier ?? null,
        principal: Principal.AWS ?? Principal.Service ?? Principal,
        source_account: Condition.StringEquals?.['AWS:SourceAccount'] ?? null,
        source_arn: Condition.ArnLike?.['AWS:SourceArn'] ?? null,
      };
    },
    told: (verb, { function_name, id }) =>
      `${verb === 'creating' ? 'adding' : verb} Lambda Permission (${function_name}/${id})`,
  }),
  importState: (imported) => {
    const [named = '', id = ''] = imported.split('/');
    const [function_name, qualifier = null] = named.split(':');
    return { id, function_name, qualifier };
  },
};

const functionOf = ({ function_name, qualifier }: State) => ({
  FunctionName: function_name,
  ...given({ Qualifier: qualifier }),
});

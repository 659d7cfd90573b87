import type { ProviderContext, State } from '../resource';
import { given } from './common';
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
  input: (planned) => inputOf('lambda', 'CreateAliasRequest', planned),
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

const arns = (arn: string, { region }: ProviderContext): State => ({
  id: arn,
  arn,
  invoke_arn: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`,
});

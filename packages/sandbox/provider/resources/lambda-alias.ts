import type { ProviderContext, ResourceType, State } from '../resource';
import { deletedBy, doing, given, orGone } from './common';
import { inputOf } from './naming';

const WHAT = 'Lambda Alias';

/** `aws_lambda_alias`: a second name of a function's version, which IAM grants by itself. */
export const lambdaAlias: ResourceType = {
  create: async (context, planned) => {
    const alias = await put(context, planned, 'CreateAlias', 'creating');
    return described(context, alias);
  },
  read: async (context, state) => {
    // Imported as FUNCTION/ALIAS.
    const [imported, alias] = state.id.split('/');
    const { function_name: FunctionName = imported, name: Name = alias } = given(state);
    const found = await doing(
      `reading ${WHAT} (${state.id})`,
      orGone(context.call('lambda', 'GetAlias', { FunctionName, Name })),
    );
    if (!found) return null;
    return {
      ...state,
      ...described(context, found),
      function_name: FunctionName,
      name: Name,
      description: found.Description || null,
      function_version: found.FunctionVersion,
    };
  },
  update: async (context, _prior, planned) => {
    await put(context, planned, 'UpdateAlias', 'updating');
  },
  delete: deletedBy(WHAT, 'lambda', 'DeleteAlias', ({ function_name: FunctionName, name: Name }) => ({
    FunctionName,
    Name,
  })),
};

const put = (context: ProviderContext, planned: State, operation: string, verb: string): Promise<any> =>
  doing(
    `${verb} ${WHAT} (${planned.name})`,
    context.call('lambda', operation, inputOf('lambda', 'CreateAliasRequest', planned)),
  );

const described = ({ region }: ProviderContext, { AliasArn }: { AliasArn: string }): State => ({
  id: AliasArn,
  arn: AliasArn,
  invoke_arn: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${AliasArn}/invocations`,
});

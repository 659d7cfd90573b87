import type { ProviderContext, ResourceType, State } from '../resource';
import { optional, optionalComputed, required } from '../schema/schema';
import { doing, given, ID, orGone, REGION, uniqueId } from './common';

const FIXED = { forceNew: true };
const string = optional('string', FIXED);

/** `aws_lambda_permission`: one statement of a function's policy. */
export const lambdaPermission: ResourceType = {
  block: {
    attributes: {
      ...ID,
      ...REGION,
      action: required('string', FIXED),
      event_source_token: string,
      function_name: required('string', FIXED),
      function_url_auth_type: string,
      principal: required('string', FIXED),
      principal_org_id: string,
      qualifier: string,
      source_account: string,
      source_arn: string,
      statement_id: optionalComputed('string', FIXED),
      statement_id_prefix: optionalComputed('string', FIXED),
    },
  },
  create: async (context, planned) => {
    const statementId = planned.statement_id || `${planned.statement_id_prefix || 'terraform-'}${uniqueId()}`;
    await doing(
      `adding Lambda Permission (${planned.function_name}/${statementId})`,
      context.call('lambda', 'AddPermission', {
        FunctionName: planned.function_name,
        StatementId: statementId,
        Action: planned.action,
        Principal: planned.principal,
        ...given({
          EventSourceToken: planned.event_source_token,
          FunctionUrlAuthType: planned.function_url_auth_type,
          PrincipalOrgID: planned.principal_org_id,
          Qualifier: planned.qualifier,
          SourceAccount: planned.source_account,
          SourceArn: planned.source_arn,
        }),
      }),
    );
    return {
      id: statementId,
      statement_id: statementId,
      statement_id_prefix: planned.statement_id_prefix ?? '',
    };
  },
  read: async (context, state) => {
    const statement = await doing(
      `reading Lambda Permission (${state.function_name}/${state.id})`,
      statementOf(context, state),
    );
    if (!statement) return null;
    const { Service, AWS } = statement.Principal;
    return {
      ...state,
      action: statement.Action,
      principal: statement.Principal === '*' ? '*' : (Service ?? AWS),
      source_account: statement.Condition?.StringEquals?.['AWS:SourceAccount'] ?? null,
      source_arn: statement.Condition?.ArnLike?.['AWS:SourceArn'] ?? null,
      statement_id: statement.Sid,
      statement_id_prefix: state.statement_id_prefix ?? '',
    };
  },
  delete: async (context, state) => {
    await doing(
      `removing Lambda Permission (${state.function_name}/${state.id})`,
      orGone(
        context.call('lambda', 'RemovePermission', {
          FunctionName: state.function_name,
          StatementId: state.id,
          ...given({ Qualifier: state.qualifier }),
        }),
      ),
    );
  },
  importState: (id) => {
    const [named, statementId] = id.split('/');
    const [functionName, qualifier] = named!.split(':');
    return { id: statementId, function_name: functionName, qualifier };
  },
};

async function statementOf(context: ProviderContext, state: State): Promise<any> {
  const found = await orGone(
    context.call('lambda', 'GetPolicy', {
      FunctionName: state.function_name,
      ...given({ Qualifier: state.qualifier }),
    }),
  );
  return found && JSON.parse(found.Policy).Statement.find(({ Sid }: any) => Sid === state.id);
}

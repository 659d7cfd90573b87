import type { ResourceType, State } from '../resource';
import { given, nameOrPrefixed } from './common';
import { simpleResource } from './simple-resource';

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

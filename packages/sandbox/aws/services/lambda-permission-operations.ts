import {
  AwsError,
  type CallContext,
  type Operation,
  type PolicyDocument,
  type PolicyStatement,
} from '../../contract/service';
import { invalid, notFound } from '../../lambda/errors';
import { parseFunctionName } from '../../lambda/function-name';
import type { FunctionPermission, FunctionRecord } from '../../lambda/function-record';
import type { Functions } from '../../lambda/functions';

/** Makes the operations on a function's own policy, whose permissions are kept by qualifier. */
export function permissionOperations(functions: Functions): Record<string, Operation> {
  const ofQualifier = (input: any, { permissions }: FunctionRecord): readonly FunctionPermission[] => {
    const { qualifier } = parseFunctionName(input.FunctionName, input.Qualifier);
    return permissions.filter((permission) => permission.qualifier === qualifier);
  };
  return functions.aliasOperations({
    AddPermission: {
      conditionKeys: ({ Principal }) => ({ 'lambda:Principal': Principal }),
      run: (input, context) => {
        const before = functions.named(input, context);
        functions.checkRevision(before.revisionId, input);
        const { qualifier } = parseFunctionName(input.FunctionName, input.Qualifier);
        if (qualifier === '$LATEST')
          throw invalid('We currently do not support adding policies for $LATEST.');
        const { StatementId: Sid, Action, SourceArn, SourceAccount } = input;
        if (ofQualifier(input, before).some(({ statement }) => statement.Sid === Sid)) {
          const message = `The statement id (${Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`;
          throw new AwsError('ResourceConflictException', message, 409);
        }
        const condition = {
          ...(SourceAccount && { StringEquals: { 'AWS:SourceAccount': SourceAccount } }),
          ...(SourceArn && { ArnLike: { 'AWS:SourceArn': SourceArn } }),
        };
        const statement: PolicyStatement = {
          Sid,
          Effect: 'Allow',
          Principal: principalOf(input.Principal),
          Action,
          Resource: functions.qualifiedArn(input, context),
          ...(Object.keys(condition).length > 0 && { Condition: condition }),
        };
        functions.change(before, { permissions: [...before.permissions, { qualifier, statement }] });
        return { Statement: JSON.stringify(statement) };
      },
    },
    GetPolicy(input, context) {
      const found = functions.named(input, context);
      const statements = ofQualifier(input, found).map(({ statement }) => statement);
      if (statements.length === 0) throw notFound('The resource you requested does not exist.');
      const Policy = JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements });
      return { Policy, RevisionId: found.revisionId };
    },
    RemovePermission(input, context) {
      const before = functions.named(input, context);
      functions.checkRevision(before.revisionId, input);
      const removed = ofQualifier(input, before).find(({ statement }) => statement.Sid === input.StatementId);
      if (!removed) throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
      functions.change(before, { permissions: before.permissions.filter((one) => one !== removed) });
    },
  });
}

/** Returns a function's policy. Each statement names the ARN that it applies to, with its qualifier. */
export function functionPolicy(functions: Functions, input: any, context: CallContext): PolicyDocument {
  const statements = functions.find(functions.arn(input, context))?.permissions ?? [];
  return { Statement: statements.map(({ statement }) => statement) };
}

/** @throws AwsError InvalidParameterValueException */
function principalOf(principal: string): PolicyStatement['Principal'] {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (principal.startsWith('arn:')) return { AWS: principal };
  if (/^[\w-]+(\.[\w-]+)*\.amazonaws\.com$/.test(principal)) return { Service: principal };
  throw invalid('The provided principal was invalid. Please check the principal and try again.');
}

import { AwsError, type PolicyDocument } from '../aws/service';
import type { FunctionRecord, PolicyStatement } from './function-record';
import { qualified } from './functions';

/** A statement of a function's resource policy, as `AddPermission` makes it. */
export function permissionStatement(input: any, functionArn: string): PolicyStatement {
  const { StatementId, Action, Principal, SourceArn, SourceAccount, PrincipalOrgID, Qualifier } = input;
  const conditions = {
    ...(SourceArn ? { ArnLike: { 'AWS:SourceArn': SourceArn } } : {}),
    ...(SourceAccount || PrincipalOrgID
      ? {
          StringEquals: {
            ...(SourceAccount ? { 'AWS:SourceAccount': SourceAccount } : {}),
            ...(PrincipalOrgID ? { 'aws:PrincipalOrgID': PrincipalOrgID } : {}),
          },
        }
      : {}),
  };
  return {
    Sid: StatementId,
    Effect: 'Allow',
    Principal: principalOf(Principal),
    Action,
    Resource: Qualifier ? `${functionArn}:${Qualifier}` : functionArn,
    ...(Object.keys(conditions).length > 0 ? { Condition: conditions } : {}),
  };
}

function principalOf(principal: string): PolicyStatement['Principal'] {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (principal.startsWith('arn:')) return { AWS: principal };
  if (/^[\w.-]+\.amazonaws\.com(\.cn)?$/.test(principal)) return { Service: principal };
  throw new AwsError(
    'InvalidParameterValueException',
    'The provided principal was invalid. Please check the principal and try again.',
  );
}

/** Undefined for a function without any. */
export function resourcePolicy({ statements }: FunctionRecord): PolicyDocument | undefined {
  if (statements.size === 0) return undefined;
  return { Version: '2012-10-17', Id: 'default', Statement: [...statements.values()] };
}

/** The statements that name the function by that qualifier, or by none. */
export function policyOf(record: FunctionRecord, qualifier: string | undefined): PolicyDocument | undefined {
  const arn = qualified(record.arn, qualifier);
  const statements = [...record.statements].filter(([, { Resource }]) => Resource === arn);
  return resourcePolicy({ ...record, statements: new Map(statements) });
}

const keyOf = (arn: string, statementId: string): string => `${arn} ${statementId}`;

/** @throws AwsError ResourceConflictException, ResourceNotFoundException */
export function withStatement(record: FunctionRecord, statement: PolicyStatement) {
  const key = keyOf(statement.Resource, statement.Sid);
  if (record.statements.has(key)) {
    throw new AwsError(
      'ResourceConflictException',
      `The statement id (${statement.Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      409,
    );
  }
  return new Map([...record.statements, [key, statement]]);
}

export function withoutStatement(record: FunctionRecord, statementId: string, qualifier?: string) {
  if (policyOf(record, qualifier) === undefined)
    throw new AwsError('ResourceNotFoundException', 'No policy is associated with the given resource.', 404);
  const key = keyOf(qualified(record.arn, qualifier), statementId);
  if (!record.statements.has(key)) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Statement ${statementId} is not found in resource policy.`,
      404,
    );
  }
  return new Map([...record.statements].filter(([other]) => other !== key));
}

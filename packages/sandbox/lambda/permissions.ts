import { AwsError, type PolicyDocument } from '../aws/service';
import type { FunctionRecord, PolicyStatement } from './function-record';

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
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal };
}

/** Undefined for a function without any. */
export function resourcePolicy({ statements }: FunctionRecord): PolicyDocument | undefined {
  if (statements.size === 0) return undefined;
  return { Version: '2012-10-17', Id: 'default', Statement: [...statements.values()] };
}

/** @throws AwsError ResourceConflictException, ResourceNotFoundException */
export function withStatement(record: FunctionRecord, statement: PolicyStatement) {
  if (record.statements.has(statement.Sid)) {
    throw new AwsError(
      'ResourceConflictException',
      `The statement id (${statement.Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      409,
    );
  }
  return new Map([...record.statements, [statement.Sid, statement]]);
}

export function withoutStatement(record: FunctionRecord, statementId: string) {
  if (!record.statements.has(statementId)) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Statement ${statementId} is not found in resource policy.`,
      404,
    );
  }
  return new Map([...record.statements].filter(([id]) => id !== statementId));
}

import type { AwsError, PolicyDocument, PolicyStatement } from '../contract/service';
import { isOperator } from './policy-conditions';

const ELEMENTS = [
  ...['Sid', 'Effect', 'Condition'],
  ...['Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource'],
];
const TOP = ['Version', 'Id', 'Statement'];

const VERSIONS: readonly unknown[] = ['2012-10-17', '2008-10-17'];

/** In the wording of the service. */
export interface Refusals {
  readonly notJson: string;
  readonly noStatement: string;
  error(message: string): AwsError;
}

/**
 * A policy's text, in IAM as in S3: IAM and S3 refuse what is no policy language when it is put, since nothing of it would
 * ever count. What its statements say is for the service to check, and goes before the language's own faults.
 * @throws AwsError as the service refuses
 */
export function readPolicy(
  text: unknown,
  { notJson, noStatement, error }: Refusals,
  checkStatement: (statement: PolicyStatement) => void,
): { readonly policy: PolicyDocument; readonly statements: readonly PolicyStatement[] } {
  const policy = parsed(String(text));
  if (policy === undefined) throw error(notJson);
  if (policy.Version !== undefined && !VERSIONS.includes(policy.Version))
    throw error('The policy must contain a valid version string');
  const statements = [policy.Statement ?? []].flat();
  if (statements.length === 0) throw error(noStatement);
  for (const statement of statements) checkStatement(statement);
  const fault = grammarFault(policy);
  if (fault !== undefined) throw error(fault);
  return { policy, statements };
}

function parsed(text: string): any {
  try {
    return text.startsWith('{') ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function grammarFault(policy: any): string | undefined {
  const unknown = (value: object, known: readonly string[]) =>
    Object.keys(value).some((name) => !known.includes(name));
  if (unknown(policy, TOP)) return 'Syntax errors in policy.';
  for (const statement of [policy.Statement ?? []].flat()) {
    if (typeof statement !== 'object' || statement === null || unknown(statement, ELEMENTS))
      return 'Syntax errors in policy.';
    for (const element of ['Principal', 'Action', 'Resource'])
      if (statement[element] !== undefined && statement[`Not${element}`] !== undefined)
        return 'Syntax errors in policy.';
    const fault = conditionFault(statement.Condition);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function conditionFault(condition: any): string | undefined {
  if (condition === undefined) return undefined;
  if (typeof condition !== 'object' || condition === null || Array.isArray(condition))
    return 'Syntax errors in policy.';
  for (const [operator, keys] of Object.entries<any>(condition)) {
    if (!isOperator(operator)) return `Invalid Condition type : ${operator}.`;
    if (typeof keys !== 'object' || keys === null) return 'Syntax errors in policy.';
    const bare = Object.keys(keys).find((key) => !key.includes(':'));
    if (bare !== undefined)
      return `Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. (${bare})`;
  }
  return undefined;
}

import { isOperator } from './policy-conditions';

const ELEMENTS = [
  ...['Sid', 'Effect', 'Condition'],
  ...['Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource'],
];
const TOP = ['Version', 'Id', 'Statement'];

/**
 * What of a policy's text is no policy language, whoever stores it; undefined where all is. IAM and S3 refuse it when it
 * is put: nothing of it would ever count.
 */
export function grammarFault(policy: any): string | undefined {
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

import { AwsError, type PolicyDocument, type PolicyStatement } from '../../contract/service';
import { readPolicy } from '../policy-grammar';

/** A policy in the two forms in which it is used: as it was put, and parsed for evaluation at each call. */
export interface ParsedPolicy {
  readonly text: string;
  readonly document: PolicyDocument;
}

/** Counts the characters of a policy without white space, as IAM does. */
export const sizeOf = (text: string): number => text.replace(/\s/g, '').length;

/**
 * Reads a policy as IAM does when it is stored. A role's own policy allows actions on resources; a trust policy names
 * the principals that may assume the role. @throws AwsError MalformedPolicyDocument
 */
export function parsePolicy(text: unknown, kind: 'permissions' | 'trust'): PolicyDocument {
  const { policy, statements } = readPolicy(text, REFUSALS, (statement) => checkStatement(statement, kind));
  const fault = sidFault(statements);
  if (fault !== undefined) throw malformed(fault);
  return policy;
}

const REFUSALS = {
  notJson: 'This policy contains invalid Json',
  noStatement: 'Syntax errors in policy: there must be a Statement.',
  error: (message: string) => malformed(message),
};

function checkStatement(statement: PolicyStatement, kind: 'permissions' | 'trust'): void {
  if (typeof statement !== 'object' || !['Allow', 'Deny'].includes(statement?.Effect)) {
    throw malformed('Syntax errors in policy: Effect must be Allow or Deny.');
  }
  checkActions([statement.Action ?? statement.NotAction ?? []].flat());
  if (kind === 'trust') checkTrust(statement);
  else checkPermissions(statement);
}

function checkActions(actions: readonly string[]): void {
  if (actions.length === 0) throw malformed('Policy statement must contain actions.');
  const wrong = actions.find((action) => !/^(\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+)$/.test(action));
  if (wrong !== undefined)
    throw malformed(`Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. (${wrong})`);
}

const hasPrincipal = ({ Principal, NotPrincipal }: PolicyStatement): boolean =>
  Principal !== undefined || NotPrincipal !== undefined;

/**
 * Checks that a statement contains only the elements of a trust policy, which names the principals that may assume the
 * role.
 */
function checkTrust(statement: PolicyStatement): void {
  if (!hasPrincipal(statement)) throw malformed('AssumeRole policy must contain a principal.');
  if (statement.Resource !== undefined || statement.NotResource !== undefined)
    throw malformed('Has prohibited field Resource');
  const services: readonly string[] = [(statement.Principal as any)?.Service ?? []].flat();
  const wrong = services.find((service) => !/^[\w.-]+\.amazonaws\.com(\.cn)?$/.test(service));
  if (wrong !== undefined) throw malformed(`Invalid principal in policy: "SERVICE":"${wrong}"`);
}

/** Checks that a statement contains only the elements of a role's own policy, which allows actions on resources. */
function checkPermissions(statement: PolicyStatement): void {
  if (hasPrincipal(statement)) throw malformed('Policy document should not specify a principal.');
  const resources = [statement.Resource ?? statement.NotResource ?? []].flat();
  if (resources.length === 0) throw malformed('Policy statement must contain resources.');
  for (const resource of resources) checkResource(resource);
}

function checkResource(resource: string): void {
  if (resource === '*') return;
  const [arn, partition, vendor = '', region] = resource.split(':');
  if (arn !== 'arn' || resource.split(':').length < 6)
    throw malformed(`Resource ${resource} must be in ARN format or "*".`);
  if (!/^(aws[\w-]*|\*)$/.test(partition!))
    throw malformed(`Partition "${partition}" is not valid for resource "${resource}".`);
  if (['iam', 's3'].includes(vendor) && region !== '' && region !== '*')
    throw malformed(`Resource ${resource} can not contain region information.`);
}

/** Returns the fault in the statement ids of a policy. S3 accepts other ids. */
function sidFault(statements: readonly PolicyStatement[]): string | undefined {
  const sids = statements.flatMap(({ Sid }: any) => Sid ?? []);
  if (sids.some((sid) => !/^[0-9A-Za-z]*$/.test(sid)))
    return 'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*';
  return new Set(sids).size < sids.length
    ? 'Statement IDs (SID) in a single policy must be unique.'
    : undefined;
}

const malformed = (message: string): AwsError => new AwsError('MalformedPolicyDocument', message);

import { AwsError, type PolicyDocument, type PolicyStatement } from '../service';

/**
 * Reads a policy as IAM does when it is stored. A role's own policy says what may be done to which resources; a
 * trust policy says who may assume the role. @throws AwsError MalformedPolicyDocument
 */
export function parsePolicy(text: unknown, kind: 'permissions' | 'trust'): PolicyDocument {
  const policy = parseJson(text);
  if (policy.Version !== undefined && !VERSIONS.includes(policy.Version)) {
    throw malformed('The policy must contain a valid version string');
  }
  const statements = [policy.Statement].flat() as PolicyStatement[];
  if (policy.Statement === undefined || statements.length === 0) {
    throw malformed('Syntax errors in policy: there must be a Statement.');
  }
  for (const statement of statements) checkStatement(statement, kind);
  return policy;
}

const VERSIONS: readonly unknown[] = ['2012-10-17', '2008-10-17'];

function parseJson(text: unknown): any {
  try {
    const value = JSON.parse(String(text));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below, in IAM's words.
  }
  throw malformed('This policy contains invalid Json');
}

function checkStatement(statement: PolicyStatement, kind: 'permissions' | 'trust'): void {
  if (typeof statement !== 'object' || !['Allow', 'Deny'].includes(statement?.Effect)) {
    throw malformed('Syntax errors in policy: Effect must be Allow or Deny.');
  }
  if (statement.Action === undefined && statement.NotAction === undefined) {
    throw malformed('Policy statement must contain actions.');
  }
  for (const action of [statement.Action ?? statement.NotAction ?? []].flat()) {
    if (!/^(\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+)$/.test(action)) {
      throw malformed(
        `Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. (${action})`,
      );
    }
  }
  const hasPrincipal = statement.Principal !== undefined || statement.NotPrincipal !== undefined;
  const hasResource = statement.Resource !== undefined || statement.NotResource !== undefined;
  if (kind === 'trust') {
    if (!hasPrincipal) throw malformed('AssumeRole policy must contain a principal.');
    if (hasResource) throw malformed('Has prohibited field Resource');
  } else {
    if (hasPrincipal) throw malformed('Policy document should not specify a principal.');
    if (!hasResource) throw malformed('Policy statement must contain resources.');
  }
}

const malformed = (message: string): AwsError => new AwsError('MalformedPolicyDocument', message, 400);

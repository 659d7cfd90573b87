import type { PolicyDocument, PolicyStatement } from '../contract/service';
import {
  type ConditionKeys,
  conditionHolds,
  matchesArn,
  matchesWildcard,
  substitute,
} from './policy-conditions';

export interface PolicyRequest {
  readonly action: string;
  readonly resource: string;
  readonly keys: ConditionKeys;
  /** Every ARN that names the caller in a resource policy: the session, the role, the account's root. */
  readonly principalArns: readonly string[];
}

export type Decision = 'allow' | 'explicitDeny' | 'noMatch';

/** Evaluates policies as IAM does: an explicit deny wins, then an allow, else nothing matched. */
export function evaluate(policies: readonly PolicyDocument[], request: PolicyRequest): Decision {
  const effects = policies
    .flatMap((policy) => many(policy.Statement))
    .filter((statement) => applies(statement, request))
    .map((statement) => statement.Effect);
  if (effects.includes('Deny')) return 'explicitDeny';
  return effects.includes('Allow') ? 'allow' : 'noMatch';
}

function applies(statement: PolicyStatement, request: PolicyRequest): boolean {
  return (
    principalMatches(statement, request) &&
    actionMatches(statement, request.action) &&
    resourceMatches(statement, request) &&
    Object.entries(statement.Condition ?? {}).every(([operator, conditions]) =>
      Object.entries(conditions).every(([key, expected]) =>
        conditionHolds(operator, key, many(expected).map(String), request.keys),
      ),
    )
  );
}

function actionMatches(statement: PolicyStatement, action: string): boolean {
  const listed = (patterns: readonly string[]) =>
    patterns.some((pattern) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase()));
  if (statement.NotAction !== undefined) return !listed(many(statement.NotAction));
  return listed(many(statement.Action ?? []));
}

function resourceMatches(statement: PolicyStatement, { resource, keys }: PolicyRequest): boolean {
  const listed = (patterns: readonly string[]) =>
    patterns.some((pattern) => matchesArn(substitute(pattern, keys), resource));
  if (statement.NotResource !== undefined) return !listed(many(statement.NotResource));
  return listed(many(statement.Resource ?? []));
}

/**
 * Identity policies name no principal: they apply to the principal that holds them. `NotPrincipal` excludes a caller
 * only if it names the account, the role and the session, since IAM compares each of them (IAM User Guide,
 * "NotPrincipal").
 */
function principalMatches(statement: PolicyStatement, { principalArns }: PolicyRequest): boolean {
  const { Principal, NotPrincipal } = statement;
  if (NotPrincipal !== undefined) return !principalArns.every((arn) => namesOneOf(NotPrincipal, [arn]));
  return Principal === undefined || namesOneOf(Principal, principalArns);
}

/** Returns whether a policy's `Principal` names one of these ARNs. An account's number stands for its root's ARN. */
export function namesOneOf(
  principal: NonNullable<PolicyStatement['Principal']>,
  arns: readonly string[],
): boolean {
  if (typeof principal === 'string') return principal === '*';
  if (many(principal.Service ?? []).some((named) => arns.includes(named))) return true;
  return many(principal.AWS ?? []).some(
    (named) => named === '*' || arns.includes(/^\d{12}$/.test(named) ? `arn:aws:iam::${named}:root` : named),
  );
}

function many<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

export const isRoleArn = (arn: string): boolean => /^arn:[^:]+:iam::\d{12}:role\//.test(arn);

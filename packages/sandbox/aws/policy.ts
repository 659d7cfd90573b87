import {
  type ConditionKeys,
  conditionHolds,
  matchesArn,
  matchesWildcard,
  substitute,
} from './policy-conditions';
import type { PolicyDocument, PolicyStatement } from './service';

/** What is asked of the policies. */
export interface PolicyRequest {
  readonly action: string;
  readonly resource: string;
  readonly keys: ConditionKeys;
  /** ARNs that name the caller in a resource policy: the role, its session, the account. */
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

/** Identity policies name no principal: they speak of whoever holds them. */
function principalMatches(statement: PolicyStatement, { principalArns }: PolicyRequest): boolean {
  const named = (principal: NonNullable<PolicyStatement['Principal']>) =>
    typeof principal === 'string' ||
    many(principal.AWS ?? []).some((arn) => arn === '*' || principalArns.includes(arn));
  if (statement.NotPrincipal !== undefined) return !named(statement.NotPrincipal);
  return statement.Principal === undefined || named(statement.Principal);
}

function many<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

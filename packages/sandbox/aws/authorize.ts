import type { PolicySource } from '../contract/core';
import type { PolicyDocument, Principal } from '../contract/service';
import { type Decision, evaluate } from './policy';

export interface AuthorizationRequest {
  readonly action: string;
  readonly resource: string;
  readonly principal: Principal;
  readonly accountId: string;
  readonly region: string;
  readonly secureTransport: boolean;
  readonly resourceTags?: Readonly<Record<string, string>>;
  readonly conditionKeys?: Readonly<Record<string, string>>;
  /** For example, a bucket's policy. */
  readonly resourcePolicy?: PolicyDocument;
}

/** Returns AWS's sentence on why a call is not allowed, or undefined if it is allowed. */
export type Authorizer = (request: AuthorizationRequest) => string | undefined;

/**
 * Decides as IAM does within one account: an explicit deny anywhere wins, then an allow in the role's policies or in
 * the resource's own. Only an explicit deny in the resource's policy stops the administrator.
 */
export function createAuthorizer(source: () => PolicySource): Authorizer {
  return (request) => {
    const why = refusalOf(request, source);
    return why === undefined ? undefined : sentence(request, why);
  };
}

/** Returns the end of AWS's sentence, or undefined if the call is allowed. */
function refusalOf(request: AuthorizationRequest, source: () => PolicySource): string | undefined {
  const { principal, resourcePolicy, action } = request;
  const policyRequest = {
    action,
    resource: request.resource,
    keys: conditionKeys(request),
    principalArns: principalArns(principal, request.accountId),
  };
  const byResource: Decision = resourcePolicy ? evaluate([resourcePolicy], policyRequest) : 'noMatch';
  if (byResource === 'explicitDeny') return 'with an explicit deny in a resource-based policy';
  if (principal.type === 'admin') return undefined;
  const isAllowedByResource = byResource === 'allow';
  // The policies of another account are not simulated: they are taken to allow the call.
  if (principal.type === 'service' || isForeign(request))
    return isAllowedByResource ? undefined : `because no resource-based policy allows the ${action} action`;
  const boundary = source().roleBoundary?.(principal.roleName);
  const byBoundary = boundary === undefined ? 'allow' : evaluate([boundary], policyRequest);
  const byIdentity = evaluate(source().rolePolicies(principal.roleName), policyRequest);
  if (byIdentity === 'explicitDeny') return 'with an explicit deny in an identity-based policy';
  // Stricter than IAM, which lets a bucket's policy grant more to a role's session than the boundary allows.
  if (byBoundary === 'explicitDeny') return 'with an explicit deny in a permissions boundary';
  if (byBoundary !== 'allow') return `because no permissions boundary allows the ${action} action`;
  if (byIdentity === 'allow' || isAllowedByResource) return undefined;
  return `because no identity-based policy allows the ${action} action`;
}

/** Returns the caller's ARN: `arn:aws:sts::…:assumed-role/<role>/<session>`, or the administrator's. */
export function principalArn(principal: Principal, accountId: string): string {
  if (principal.type === 'admin') return `arn:aws:iam::${accountId}:user/sandbox-admin`;
  if (principal.type === 'service') return principal.service;
  const { roleName, sessionName } = principal;
  return sessionName.startsWith('arn:')
    ? sessionName
    : `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`;
}

/** Returns the account of the caller. */
const callingAccount = (principal: Principal, accountId: string): string =>
  (principal.type === 'role' && principal.roleArn.split(':')[4]) || accountId;

const isForeign = ({ principal, accountId }: AuthorizationRequest): boolean =>
  callingAccount(principal, accountId) !== accountId;

/** Returns every ARN by which a resource's policy can name a caller. */
export function principalArns(principal: Principal, accountId: string): string[] {
  const root = `arn:aws:iam::${callingAccount(principal, accountId)}:root`;
  const own = principalArn(principal, accountId);
  if (principal.type === 'service') return [own];
  return principal.type === 'role' ? [own, principal.roleArn, root] : [own, root];
}

function conditionKeys(request: AuthorizationRequest): Record<string, string> {
  const { principal, accountId } = request;
  const keys: Record<string, string> = {
    'aws:SecureTransport': String(request.secureTransport),
    'aws:ResourceAccount': accountId,
    ...(request.action.startsWith('s3:') ? { 's3:ResourceAccount': accountId } : {}),
    'aws:PrincipalAccount': callingAccount(principal, accountId),
    ...(principal.type === 'role' && principal.organization
      ? { 'aws:PrincipalOrgID': principal.organization }
      : {}),
    'aws:PrincipalArn': principal.type === 'role' ? principal.roleArn : principalArn(principal, accountId),
    'aws:RequestedRegion': request.region,
    'aws:PrincipalIsAWSService': String(principal.type === 'service'),
    ...(principal.type === 'service'
      ? { 'aws:SourceArn': principal.sourceArn, 'aws:SourceAccount': accountId }
      : {}),
  };
  return { ...inLowerCase(keys), ...requestKeys(request) };
}

/** Returns the condition keys of this request. Their names are in lower case. */
export function requestKeys({
  conditionKeys = {},
  resourceTags = {},
}: Partial<AuthorizationRequest>): Record<string, string> {
  const tags = Object.entries(resourceTags).map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const);
  return inLowerCase({ ...conditionKeys, ...Object.fromEntries(tags) });
}

export const inLowerCase = (keys: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(keys).map(([key, value]) => [key.toLowerCase(), value]));

const sentence = ({ principal, accountId, action, resource }: AuthorizationRequest, why: string): string =>
  `User: ${principalArn(principal, accountId)} is not authorized to perform: ${action} on resource: ${resource} ${why}`;

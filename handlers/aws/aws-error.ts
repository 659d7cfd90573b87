import { ByodkimError, hasCode } from '../errors/errors';
import type { Denial, FailedCall } from '../words/errors/calls';

interface ServiceError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

export type Call = Pick<FailedCall, 'action' | 'resource' | 'arn'>;

/**
 * EventBridge Scheduler refuses a role that it cannot assume with a ValidationException, which only its text distinguishes.
 */
const ROLE_NOT_SEEN = /must allow AWS EventBridge Scheduler to assume/i;

const ACCESS_DENIED = /^((KMS)?AccessDenied(Exception)?|AllAccessDisabled|Forbidden)$/;

/**
 * Checks whether AWS failed with one of these errors. The error may be the SDK's, or a ByodkimError with the SDK's as
 * its cause.
 */
export const isAwsError = (error: unknown, ...names: string[]): boolean =>
  error instanceof ByodkimError
    ? 'awsError' in error.facts && names.includes(String(error.facts.awsError))
    : error instanceof Error && names.includes(error.name);

/** Returns `null` if AWS fails with one of these errors. */
export const nullOnAwsError = <T>(answer: Promise<T>, ...names: string[]): Promise<T | null> =>
  answer.catch((error: unknown) => {
    if (isAwsError(error, ...names)) return null;
    throw error;
  });

export const httpStatus = (error: unknown): number | undefined =>
  (error as ServiceError | undefined)?.$metadata?.httpStatusCode;

/**
 * Returns the region of a bucket in another region, which S3 gives only in a header. S3 answers 301, or 400 if one of the two
 * regions has to be enabled (IllegalLocationConstraintException), or if the signature names the wrong one. HeadObject shows no
 * error name.
 */
export const bucketRegion = (error: unknown): string | undefined =>
  [301, 400].includes(httpStatus(error) ?? 0)
    ? (error as ServiceError).$response?.headers?.['x-amz-bucket-region']
    : undefined;

/**
 * Makes a ByodkimError of an SDK error: ACCESS_DENIED if a permission is missing, SES_UPDATE_FAILED if the call changes SES,
 * otherwise DEPENDENCY_FAILED.
 */
export function awsError(error: unknown, call: Call): ByodkimError {
  if (error instanceof ByodkimError) return error;
  const cause = error as ServiceError;
  const denial = denialIn(cause.message);
  const facts: FailedCall = {
    kind: 'call',
    ...call,
    ...(ROLE_NOT_SEEN.test(cause.message) && { arrivesLate: true as const }),
    ...(denial && { denial }),
    ...(LASTING.test(cause.name) && { isLasting: true as const }),
    awsError: cause.name,
    awsMessage: cause.message,
    requestId: cause.$metadata?.requestId,
  };
  if (ACCESS_DENIED.test(cause.name) || (httpStatus(cause) === 403 && !/signature/i.test(cause.name)))
    return new ByodkimError('ACCESS_DENIED', facts, { cause });
  const code = call.action.startsWith('ses:Put') ? 'SES_UPDATE_FAILED' : 'DEPENDENCY_FAILED';
  return new ByodkimError(code, facts, { cause });
}

export const GET_IDENTITY = 'ses:GetEmailIdentity';

/** Checks whether SES may have carried out a write although it failed. */
export function isUnansweredWrite(error: ByodkimError): boolean {
  if (!hasCode(error, 'SES_UPDATE_FAILED') || !('awsError' in error.facts)) return false;
  return isUnanswered(error) && error.facts.action !== GET_IDENTITY;
}

/** Checks whether a call that failed may have been carried out: the service refused nothing. */
export function isUnanswered({ cause }: ByodkimError): boolean {
  const status = httpStatus(cause);
  return status === undefined || status >= 500;
}

/** Names of failures that do not pass by themselves, since the request is wrong or its object does not exist. */
const LASTING =
  /^(KMS(?!Throttl)|\w*NotFound|NoSuchBucket|BadRequest|Validation|Invalid|ServiceQuota|\w*Suspended)/;

/** Finds the policy that refuses a call (IAM User Guide, "access denied error messages"). */
function denialIn(message: string): Denial | undefined {
  const [, forbidding] = /with an explicit deny in an? ([\w -]+?)(?:$|[:.])/.exec(message) ?? [];
  if (forbidding !== undefined) return { kind: 'explicit', policy: forbidding };
  const [, limiting] = /because no ([\w -]+?) allows/.exec(message) ?? [];
  return limiting === undefined ? undefined : { kind: 'missing', policy: limiting };
}

/**
 * Checks whether AWS has refused a call for good, as where a service does not have it, or a role may not make it. A throttled
 * call is not refused.
 */
export function isRefused(error: unknown): boolean {
  if (!(error instanceof ByodkimError)) return false;
  const { name = '' } = (error.cause ?? {}) as { readonly name?: string };
  const status = httpStatus(error.cause) ?? 500;
  return hasCode(error, 'ACCESS_DENIED') || (status >= 400 && status < 500 && !THROTTLED.test(name));
}

const THROTTLED = /^(Throttl|TooManyRequests|RequestLimitExceeded)/;

/** Checks whether a policy forbids the call explicitly, so that waiting for a permission does not help. */
export const isForbidden = ({ facts }: ByodkimError): boolean =>
  'denial' in facts && facts.denial?.kind === 'explicit';

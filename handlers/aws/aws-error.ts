import { ByodkimError } from '../errors/errors';
import { oneLine, withoutFullStop } from '../escape';
import type { FailedCall } from '../facts/errors';
import { EXPLICIT_DENY } from '../words/errors';

interface ServiceError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

export type Call = Pick<FailedCall, 'action' | 'resource' | 'arn'>;

/** EventBridge Scheduler refuses a role that it cannot assume with a ValidationException, which only its text tells apart. */
const ROLE_NOT_SEEN = /must allow AWS EventBridge Scheduler to assume/i;

const ACCESS_DENIED = /^((KMS)?AccessDenied(Exception)?|AllAccessDisabled|Forbidden)$/;

/** Returns whether AWS failed under one of these names; the error may be the SDK's, or the ByodkimError made of it. */
export const isAwsError = (error: unknown, ...names: string[]): boolean =>
  error instanceof ByodkimError
    ? 'awsError' in error.details && names.includes(String(error.details.awsError))
    : error instanceof Error && names.includes(error.name);

/** Returns `null` if AWS fails under one of these names. */
export const nullOnAwsError = <T>(answer: Promise<T>, ...names: string[]): Promise<T | null> =>
  answer.catch((error: unknown) => {
    if (isAwsError(error, ...names)) return null;
    throw error;
  });

export const httpStatus = (error: unknown): number | undefined =>
  (error as ServiceError | undefined)?.$metadata?.httpStatusCode;

/**
 * Returns the region of a bucket that is not in this one, which S3 gives in a header alone. It answers 301; or 400 if one of
 * the two regions has to be enabled (IllegalLocationConstraintException), or if the signature names the wrong one. HeadObject
 * shows no error name.
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
  const message = oneLine(withoutFullStop(cause.message));
  const details = {
    ...call,
    ...(ROLE_NOT_SEEN.test(cause.message) && { arrivesLate: true as const }),
    awsError: cause.name,
    awsMessage: cause.message,
    requestId: cause.$metadata?.requestId,
  };
  const on = `${call.action} on ${call.resource}`;
  if (ACCESS_DENIED.test(cause.name) || (httpStatus(cause) === 403 && !/signature/i.test(cause.name)))
    return new ByodkimError('ACCESS_DENIED', {
      what: `The function may not ${on}: ${message}.`,
      details,
      cause,
    });
  const code = call.action.startsWith('ses:Put') ? 'SES_UPDATE_FAILED' : 'DEPENDENCY_FAILED';
  return new ByodkimError(code, { what: `${on} failed: ${cause.name}: ${message}.`, details, cause });
}

/** Returns whether a policy forbids the call explicitly: then waiting for a permission does not help. */
export const isForbidden = (error: ByodkimError): boolean =>
  'awsMessage' in error.details && EXPLICIT_DENY.test(String(error.details.awsMessage));

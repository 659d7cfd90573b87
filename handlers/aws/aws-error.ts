import { IDENTITY_TAG } from '../contract/contract';
import { ByodkimError, type FailedCall } from '../errors/errors';
import { oneLine, withoutFullStop } from '../errors/escape';

/** What the SDK's errors have in common. */
interface ServiceError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/** Which call failed. */
export type Call = Pick<FailedCall, 'action' | 'resource'> & {
  /** ARN of the identity, if the account is known. */
  readonly arn?: string;
};

/** EventBridge Scheduler refuses a role that it cannot assume with a ValidationException, which only its text tells apart. */
const ROLE_NOT_SEEN = /must allow AWS EventBridge Scheduler to assume/i;

const ACCESS_DENIED = new Set(['AccessDenied', 'AccessDeniedException', 'AllAccessDisabled', 'Forbidden']);

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

/** Returns the region of a bucket, which S3 gives in a header alone. */
const regionSaid = (error: unknown): string | undefined =>
  (error as ServiceError).$response?.headers?.['x-amz-bucket-region'];

/**
 * Returns the region of a bucket that is not in this one. S3 answers 301; or 400 if one of the two regions has to be enabled
 * (IllegalLocationConstraintException), or if the signature names the wrong one. HeadObject shows no error name.
 */
export const bucketRegion = (error: unknown): string | undefined =>
  [301, 400].includes(httpStatus(error) ?? 0) ? regionSaid(error) : undefined;

/**
 * Makes a ByodkimError of an SDK error: ACCESS_DENIED if a permission is missing, SES_UPDATE_FAILED if the call changes SES,
 * otherwise DEPENDENCY_FAILED.
 */
export function awsError(error: unknown, { arn, ...call }: Call): ByodkimError {
  if (error instanceof ByodkimError) return error;
  const cause = error as ServiceError;
  const message = oneLine(withoutFullStop(cause.message));
  const region = regionSaid(cause);
  const details = {
    ...call,
    ...(ROLE_NOT_SEEN.test(cause.message) && { arrivesLate: true as const }),
    awsError: cause.name,
    awsMessage: cause.message,
    requestId: cause.$metadata?.requestId,
  };
  if (ACCESS_DENIED.has(cause.name) || (httpStatus(cause) === 403 && !/signature/i.test(cause.name))) {
    return new ByodkimError('ACCESS_DENIED', {
      what: `The function may not ${call.action} on ${call.resource}: ${message}.`,
      advice: refusedBy(cause.message) ?? remedy(call, arn),
      details,
      cause: error,
    });
  }
  return new ByodkimError(call.action.startsWith('ses:Put') ? 'SES_UPDATE_FAILED' : 'DEPENDENCY_FAILED', {
    what: `${call.action} on ${call.resource} failed: ${cause.name}: ${message}.`,
    advice: region && `The bucket is in ${region}: use one in the function’s region.`,
    details,
    cause: error,
  });
}

/** Who can change a kind of policy. */
const OWNERS: readonly (readonly [policy: RegExp, who: string])[] = [
  [/^(?:service|resource) control policy$/, 'the administrators of the AWS organization'],
  [/^resource-based policy$/, 'the owner of that resource'],
  [/^VPC endpoint policy$/, 'the owner of that endpoint'],
  [/^/, 'an IAM administrator of the account'],
];

const EXPLICIT_DENY = /with an explicit deny in an? ([\w -]+?)(?:$|[:.])/;

/** Returns whether a policy forbids the call explicitly: then waiting for a permission does not help. */
export const isForbidden = (error: ByodkimError): boolean =>
  'awsMessage' in error.details && EXPLICIT_DENY.test(String(error.details.awsMessage));

/**
 * Returns the advice if a policy refuses that is not the function's own (IAM User Guide, "access denied error
 * messages"); undefined if a permission or a tag is missing.
 */
function refusedBy(message: string): string | undefined {
  const [, forbidding] = EXPLICIT_DENY.exec(message) ?? [];
  const [, limiting] = /because no ([\w -]+?) allows/.exec(message) ?? [];
  const policy = forbidding ?? limiting;
  if (policy === undefined || limiting === 'identity-based policy') return undefined;
  const [, owner] = OWNERS.find(([kind]) => kind.test(policy))!;
  return (
    `${forbidding ? `The ${policy} forbids it, whatever tag or permission there is.` : `No ${policy} allows it.`} ` +
    `Only ${owner} can change that.`
  );
}

function remedy({ action }: Call, arn = 'ARN'): string {
  if (action.startsWith('ses:'))
    return (
      `An identity must carry the tag ${IDENTITY_TAG.key}=${IDENTITY_TAG.value} before this project may change it. Set it: ` +
      `\`aws sesv2 tag-resource --resource-arn ${arn} --tags Key=${IDENTITY_TAG.key},Value=${IDENTITY_TAG.value}\`. ` +
      'If it has the tag, check the function’s role.'
    );
  if (action.startsWith('s3:'))
    return (
      'Check the function’s role, the bucket’s policy and, for an encrypted object, its KMS key’s policy. ' +
      'Without s3:ListBucket, S3 answers so for a missing object too.'
    );
  return 'Check the function’s role and the resource’s policy.';
}

import { IDENTITY_TAG } from '../contract';
import { ByodkimError, type FailedCall } from '../errors';
import { oneLine, withoutFullStop } from '../escape';

/** What the SDK's errors have in common. */
interface ServiceError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/** Which call failed. */
export type Call = Pick<FailedCall, 'action' | 'resource'> & {
  /** Of the identity, if the account is known. */
  readonly arn?: string;
};

/** EventBridge Scheduler checks the role that it is given, with a ValidationException that has no name of its own. */
const ROLE_NOT_SEEN = /must allow AWS EventBridge Scheduler to assume/i;

const ACCESS_DENIED = new Set(['AccessDenied', 'AccessDeniedException', 'AllAccessDisabled', 'Forbidden']);

/** Whether AWS failed under one of these names; the error may be the SDK's, or ours made of it. */
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

/** S3 says where a bucket is, in a header only. */
const regionSaid = (error: unknown): string | undefined =>
  (error as ServiceError).$response?.headers?.['x-amz-bucket-region'];

/**
 * Where a bucket is that is not here: 301, or 400 where one of the two regions has to be switched on
 * (IllegalLocationConstraintException) or the signature names the wrong one. A HeadObject shows no names.
 */
export const bucketRegion = (error: unknown): string | undefined =>
  [301, 400].includes(httpStatus(error) ?? 0) ? regionSaid(error) : undefined;

/**
 * Turns an SDK error into ours: ACCESS_DENIED if a permission is missing, SES_UPDATE_FAILED of what changes SES,
 * DEPENDENCY_FAILED of all else.
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
    advice: region && `The bucket is in ${region}: name one in the function’s own region.`,
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

/** Whether a policy forbids it: waiting until a permission has arrived does not help. */
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
      'Where s3:ListBucket is not granted, S3 says the same of an object that is missing.'
    );
  return 'Check the function’s role and the resource’s policy.';
}

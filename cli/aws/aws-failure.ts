import { withoutFullStop } from '../../handlers/errors/escape';
import { CliError } from '../cli-error';

export const SIGN_IN = 'Sign in (for instance with `aws sso login`), or set AWS_PROFILE.';

const CREDENTIALS = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
]);
const DENIED = new Set(['AccessDenied', 'AccessDeniedException', 'Forbidden']);

/** Explains an SDK error to the operator. */
export function awsFailure(
  error: unknown,
  { action, resource }: { action: string; resource: string },
): CliError {
  if (error instanceof CliError) return error;
  const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  if (CREDENTIALS.has(name))
    return new CliError(
      `AWS does not know who you are (${name}: ${withoutFullStop(message)}). ${SIGN_IN}`,
      'NOT_SIGNED_IN',
    );
  if (DENIED.has(name) || $metadata?.httpStatusCode === 403)
    return new CliError(
      `You may not ${action} on ${resource}: ${withoutFullStop(message)}. Have this permission granted, or set AWS_PROFILE to one that has it.`,
      'ACCESS_DENIED',
    );
  if (name === 'ResourceNotFoundException')
    return new CliError(
      `There is no ${resource}. Deploy the control stack first, or name another function (--function) or region (--region).`,
      'FUNCTION_NOT_FOUND',
    );
  if (name === 'TooManyRequestsException')
    return new CliError(
      `AWS is busy: ${withoutFullStop(message)}. Try again, with a lower --concurrency.`,
      'THROTTLED',
    );
  const failed = `${action} on ${resource} failed: ${name}: ${withoutFullStop(message)}.`;
  return $metadata === undefined
    ? new CliError(`${failed} Check the network, a proxy, and AWS_ENDPOINT_URL.`, 'AWS_NOT_REACHED')
    : new CliError(`${failed} Try again; if it fails again, see the AWS Health Dashboard.`, 'AWS_FAILED');
}

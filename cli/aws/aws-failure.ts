import { withoutFullStop } from '../../handlers/escape';
import { CliError } from '../cli-error';

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
      `AWS does not know who you are (${name}: ${withoutFullStop(message)}).`,
      'NOT_SIGNED_IN',
    );
  if (DENIED.has(name) || $metadata?.httpStatusCode === 403)
    return new CliError(
      `You may not ${action} on ${resource}: ${withoutFullStop(message)}.`,
      'CALLER_DENIED',
    );
  if (name === 'ResourceNotFoundException')
    return new CliError(`There is no ${resource}.`, 'FUNCTION_NOT_FOUND');
  if (name === 'TooManyRequestsException')
    return new CliError(`AWS is busy: ${withoutFullStop(message)}.`, 'THROTTLED');
  const failed = `${action} on ${resource} failed: ${name}: ${withoutFullStop(message)}.`;
  return new CliError(failed, $metadata === undefined ? 'AWS_NOT_REACHED' : 'AWS_FAILED');
}

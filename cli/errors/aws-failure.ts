import { withoutFullStop } from '../../handlers/escape';
import type { CallerCode } from '../words/failures';
import { type Called, calledWords } from '../words/format';
import { SES_NOT_ASKED } from '../words/unsigned-mail';
import { CliError, failure } from './cli-error';

const NO_CREDENTIALS = new Set(['CredentialsProviderError', 'ExpiredToken', 'ExpiredTokenException']);
/** Credentials of another partition, and a region that does not exist or is not enabled, also end with this error. */
const CREDENTIALS_REFUSED = new Set([
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
]);
const DENIED = new Set(['AccessDenied', 'AccessDeniedException', 'Forbidden']);

/** An AWS call by the operator. */
interface Call {
  readonly action: string;
  readonly resource: string | Called;
  /** The code of a refusal, if it needs other advice. */
  readonly denied?: CallerCode;
}

/** Explains an SDK error to the operator. */
export function awsFailure(error: unknown, { action, resource, denied = 'CALLER_DENIED' }: Call): CliError {
  if (error instanceof CliError) return error;
  const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  const code = codeOf(name, $metadata);
  return failure(code === 'CALLER_DENIED' ? denied : code, {
    action,
    resource: typeof resource === 'string' ? resource : calledWords(resource),
    awsError: name,
    awsMessage: withoutFullStop(message),
  });
}

/** Makes the error of a MAIL FROM domain for which SES was not asked, and which is therefore unknown. */
export const sesNotAsked = (): Error => new Error(SES_NOT_ASKED);

/** Makes the error of a function that has run, and did not answer. */
export const functionFailure = (
  code: 'FUNCTION_TIMED_OUT' | 'FUNCTION_FAILED',
  called: Called,
  reason: string,
): CliError => failure(code, { resource: calledWords(called), reason: withoutFullStop(reason) });

/** Makes the error of a function that is not this project's. */
export const strangeFunction = (called: Called): CliError =>
  failure('UNEXPECTED_ANSWER', { resource: calledWords(called) });

/** Returns the code of an SDK error. AWS did not answer a call without a status. */
function codeOf(name: string, metadata: { httpStatusCode?: number } | undefined): CallerCode {
  if (NO_CREDENTIALS.has(name)) return 'NOT_SIGNED_IN';
  if (CREDENTIALS_REFUSED.has(name)) return 'CREDENTIALS_REFUSED';
  if (DENIED.has(name) || metadata?.httpStatusCode === 403) return 'CALLER_DENIED';
  if (name === 'ResourceNotFoundException') return 'FUNCTION_NOT_FOUND';
  if (name === 'TooManyRequestsException') return 'THROTTLED';
  return metadata?.httpStatusCode === undefined ? 'AWS_NOT_REACHED' : 'AWS_FAILED';
}

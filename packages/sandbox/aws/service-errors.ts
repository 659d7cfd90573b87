import { AwsError } from './service';

/** Each service has its own names for the errors that any call can give: access denied, throttled, its own fault. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  s3: ['AccessDenied 403', 'SlowDown 503', 'InternalError 500'],
  ses: ['AccessDeniedException 403', 'TooManyRequestsException 429', 'InternalServiceErrorException 500'],
  lambda: ['AccessDeniedException 403', 'TooManyRequestsException 429', 'ServiceException 500'],
  scheduler: ['AccessDeniedException 403', 'ThrottlingException 429', 'InternalServerException 500'],
  sns: ['AuthorizationError 403', 'Throttled 429', 'InternalError 500'],
  events: ['AccessDeniedException 400', 'ThrottlingException 400', 'InternalException 500'],
  kms: ['AccessDeniedException 400', 'ThrottlingException 400', 'KMSInternalException 500'],
  logs: ['AccessDeniedException 400', 'ThrottlingException 400', 'InternalServerError 500'],
};
/** Of the services that speak the query protocol, and Route 53. */
const QUERY_NAMES = ['AccessDenied 403', 'Throttling 400', 'InternalFailure 500'];

function named(service: string, which: 0 | 1 | 2, message: string): AwsError {
  const [code = '', statusCode] = (NAMES[service] ?? QUERY_NAMES)[which]!.split(' ');
  return new AwsError(code, message, Number(statusCode));
}

export const accessDenied = (service: string, message: string): AwsError => named(service, 0, message);

export const throttled = (service: string): AwsError =>
  named(service, 1, service === 's3' ? 'Please reduce your request rate.' : 'Rate exceeded');

export const internalError = (service: string, message = 'An internal error occurred.'): AwsError =>
  named(service, 2, message);

const CONFLICTS: Readonly<Record<string, readonly [code: string, message: string]>> = {
  s3: [
    'ConditionalRequestConflict',
    'The conditional request cannot succeed due to a conflicting operation.',
  ],
  ses: ['ConcurrentModificationException', 'The resource is being modified by another operation or thread.'],
  lambda: ['ResourceConflictException', 'The operation cannot be performed at this time.'],
};

export function conflict(service: string): AwsError {
  const [code, message] = CONFLICTS[service] ?? ['ConflictException', 'The resource is being modified.'];
  return new AwsError(code, message, 409);
}

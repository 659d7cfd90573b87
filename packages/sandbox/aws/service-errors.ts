import { AwsError } from './service';

type Named = readonly [code: string, statusCode: number];

interface ErrorNames {
  readonly accessDenied: Named;
  readonly throttled: Named;
  readonly internal: Named;
}

const row = (accessDenied: Named, throttled: Named, internal: Named): ErrorNames => ({
  accessDenied,
  throttled,
  internal,
});

/** Each service has its own names for the errors that any call can give. */
const NAMES: Readonly<Record<string, ErrorNames>> = {
  s3: row(['AccessDenied', 403], ['SlowDown', 503], ['InternalError', 500]),
  ses: row(
    ['AccessDeniedException', 403],
    ['TooManyRequestsException', 429],
    ['InternalServiceErrorException', 500],
  ),
  lambda: row(['AccessDeniedException', 403], ['TooManyRequestsException', 429], ['ServiceException', 500]),
  scheduler: row(
    ['AccessDeniedException', 403],
    ['ThrottlingException', 429],
    ['InternalServerException', 500],
  ),
  sns: row(['AuthorizationError', 403], ['Throttled', 429], ['InternalError', 500]),
  kms: row(['AccessDeniedException', 400], ['ThrottlingException', 400], ['KMSInternalException', 500]),
};

/** Of the services that speak JSON with a single path. */
const JSON_NAMES = row(
  ['AccessDeniedException', 400],
  ['ThrottlingException', 400],
  ['InternalServerError', 500],
);

const QUERY_NAMES = row(['AccessDenied', 403], ['Throttling', 400], ['InternalFailure', 500]);

const names = (service: string): ErrorNames =>
  NAMES[service] ?? (service === 'logs' || service === 'ssm' ? JSON_NAMES : QUERY_NAMES);

export function accessDenied(service: string, message: string): AwsError {
  const [code, statusCode] = names(service).accessDenied;
  return new AwsError(code, message, statusCode);
}

export function throttled(service: string): AwsError {
  const [code, statusCode] = names(service).throttled;
  return new AwsError(
    code,
    service === 's3' ? 'Please reduce your request rate.' : 'Rate exceeded',
    statusCode,
  );
}

export function internalError(service: string, message = 'An internal error occurred.'): AwsError {
  const [code, statusCode] = names(service).internal;
  return new AwsError(code, message, statusCode);
}

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

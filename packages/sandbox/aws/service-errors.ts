import { AwsError } from './service';

interface ErrorNames {
  readonly accessDenied: readonly [code: string, statusCode: number];
  readonly throttled: readonly [code: string, statusCode: number];
  readonly internal: readonly [code: string, statusCode: number];
}

/** Each service has its own names for the errors that any call can give. */
const NAMES: Readonly<Record<string, ErrorNames>> = {
  s3: { accessDenied: ['AccessDenied', 403], throttled: ['SlowDown', 503], internal: ['InternalError', 500] },
  ses: {
    accessDenied: ['AccessDeniedException', 403],
    throttled: ['TooManyRequestsException', 429],
    internal: ['InternalServiceErrorException', 500],
  },
  lambda: {
    accessDenied: ['AccessDeniedException', 403],
    throttled: ['TooManyRequestsException', 429],
    internal: ['ServiceException', 500],
  },
  scheduler: {
    accessDenied: ['AccessDeniedException', 403],
    throttled: ['ThrottlingException', 429],
    internal: ['InternalServerException', 500],
  },
  sns: {
    accessDenied: ['AuthorizationError', 403],
    throttled: ['Throttled', 429],
    internal: ['InternalError', 500],
  },
  kms: {
    accessDenied: ['AccessDeniedException', 400],
    throttled: ['ThrottlingException', 400],
    internal: ['KMSInternalException', 500],
  },
};

/** Of the services that speak JSON with a single path. */
const JSON_NAMES: ErrorNames = {
  accessDenied: ['AccessDeniedException', 400],
  throttled: ['ThrottlingException', 400],
  internal: ['InternalServerError', 500],
};

const QUERY_NAMES: ErrorNames = {
  accessDenied: ['AccessDenied', 403],
  throttled: ['Throttling', 400],
  internal: ['InternalFailure', 500],
};

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

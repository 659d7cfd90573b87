/** An error as the SDK throws it. */
export function awsFailure(name: string, message: string, httpStatusCode: number): Error {
  const error = new Error(message);
  error.name = name;
  return Object.assign(error, { $metadata: { httpStatusCode, requestId: 'req-1' } });
}

/** Failures that any call may meet. */
export const FAILURES = {
  throttled: () => awsFailure('TooManyRequestsException', 'Too many requests.', 429),
  internal: () => awsFailure('InternalFailure', 'The service failed.', 500),
  denied: () => awsFailure('AccessDeniedException', 'User is not authorized to perform this.', 403),
  reset: () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
} as const;

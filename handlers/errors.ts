/** Every way in which the function refuses or fails. `status` is the HTTP-like code of a direct answer. */
export const ERROR_STATUS = {
  VALIDATION_ERROR: 400,
  UNSUPPORTED_ACTION: 400,
  NOT_ALLOWED: 403,
  DNS_TXT_NOT_READY: 400,
  DNS_TXT_INVALID: 400,
  DNS_KEY_MISMATCH: 400,
  DNS_LOOKUP_FAILED: 503,
  CERTIFICATE_NOT_FOUND: 404,
  CERTIFICATE_INVALID: 422,
  ACCESS_DENIED: 403,
  IDENTITY_NOT_FOUND: 404,
  PRIOR_STATE_NOT_RESTORABLE: 409,
  RECORD_STILL_NEEDED: 409,
  CONCURRENT_UPDATE: 409,
  SES_UPDATE_FAILED: 502,
  DEPENDENCY_FAILED: 502,
  VERIFICATION_TIMEOUT: 504,
  ROLLBACK_FAILED: 500,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/**
 * The one error that leaves the handler. Its message says what happened, what was expected, what was found and
 * what to do next; `details` carries the same as data. Terraform shows `name`, so it is the code.
 */
export class ByodkimError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Record<string, unknown> = {}, cause?: unknown) {
    super(message, { cause });
    this.name = code;
    this.code = code;
    this.details = details;
  }

  get statusCode(): number {
    return ERROR_STATUS[this.code];
  }
}

import type { ErrorCode } from '../words/errors';

/** What programs decide by when they meet an error. */
interface ErrorDecision {
  /** The HTTP-like code of a direct answer. */
  readonly status: number;
  /** Exit code of a command: 1 failed, 2 not ready yet, 3 a person has to act, 4 unknown. */
  readonly exitCode: 1 | 2 | 3 | 4;
}

/** The decision of each error. Its sentences are in `words/errors.ts`. */
export const ERROR_DECISIONS: Readonly<Record<ErrorCode, ErrorDecision>> = {
  VALIDATION_ERROR: { status: 400, exitCode: 1 },
  UNSUPPORTED_ACTION: { status: 400, exitCode: 1 },
  NOT_ALLOWED: { status: 403, exitCode: 3 },
  DNS_TXT_NOT_READY: { status: 400, exitCode: 2 },
  DNS_TXT_INVALID: { status: 400, exitCode: 3 },
  DNS_KEY_MISMATCH: { status: 400, exitCode: 3 },
  KEY_REPLACED: { status: 409, exitCode: 3 },
  KEY_MISSING: { status: 404, exitCode: 3 },
  KEY_NOT_MADE_HERE: { status: 409, exitCode: 3 },
  DNS_LOOKUP_FAILED: { status: 503, exitCode: 4 },
  MAIL_FROM_NOT_READY: { status: 400, exitCode: 2 },
  MAIL_FROM_INVALID: { status: 400, exitCode: 3 },
  SELECTOR_IN_USE: { status: 409, exitCode: 3 },
  CERTIFICATE_NOT_FOUND: { status: 404, exitCode: 2 },
  CERTIFICATE_INVALID: { status: 422, exitCode: 3 },
  ACCESS_DENIED: { status: 403, exitCode: 1 },
  IDENTITY_NOT_FOUND: { status: 404, exitCode: 3 },
  PRIOR_STATE_NOT_RESTORABLE: { status: 409, exitCode: 3 },
  RECORD_STILL_NEEDED: { status: 409, exitCode: 3 },
  KEY_SHARED: { status: 409, exitCode: 3 },
  IDENTITY_HAS_TENANTS: { status: 409, exitCode: 3 },
  CONCURRENT_UPDATE: { status: 409, exitCode: 2 },
  SES_UPDATE_FAILED: { status: 502, exitCode: 1 },
  DEPENDENCY_FAILED: { status: 502, exitCode: 1 },
  VERIFICATION_FAILED: { status: 502, exitCode: 3 },
  VERIFICATION_PENDING: { status: 409, exitCode: 2 },
  ROLLBACK_FAILED: { status: 500, exitCode: 3 },
};

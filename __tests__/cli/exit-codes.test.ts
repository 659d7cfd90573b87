import { exitCodeOfError } from '../../cli/errors/decisions';
import { EXIT, worst } from '../../cli/exit-codes';
import type { ErrorCode } from '../../handlers/words/errors';

/** Scripts depend on them. */
const CONTRACT: Readonly<Record<ErrorCode, number>> = {
  VALIDATION_ERROR: 1,
  UNSUPPORTED_ACTION: 1,
  NOT_ALLOWED: 3,
  DNS_TXT_NOT_READY: 2,
  DNS_TXT_INVALID: 3,
  DNS_KEY_MISMATCH: 3,
  KEY_REPLACED: 3,
  KEY_MISSING: 3,
  KEY_NOT_MADE_HERE: 3,
  DNS_LOOKUP_FAILED: 4,
  MAIL_FROM_NOT_READY: 2,
  MAIL_FROM_INVALID: 3,
  SELECTOR_IN_USE: 3,
  CERTIFICATE_NOT_FOUND: 2,
  CERTIFICATE_INVALID: 3,
  ACCESS_DENIED: 1,
  IDENTITY_NOT_FOUND: 3,
  PRIOR_STATE_NOT_RESTORABLE: 3,
  RECORD_STILL_NEEDED: 3,
  KEY_SHARED: 3,
  IDENTITY_HAS_TENANTS: 3,
  CONCURRENT_UPDATE: 2,
  SES_UPDATE_FAILED: 1,
  DEPENDENCY_FAILED: 1,
  VERIFICATION_FAILED: 3,
  VERIFICATION_PENDING: 2,
  ROLLBACK_FAILED: 3,
};

describe('exit codes', () => {
  it.each(Object.entries(CONTRACT) as [ErrorCode, number][])('of %s is %i', (code, exitCode) => {
    expect(exitCodeOfError(code)).toBe(exitCode);
  });

  it('of a code that the function does not have is that of a failure', () => {
    expect(exitCodeOfError('AWS_NOT_REACHED')).toBe(EXIT.failed);
    expect(exitCodeOfError('toString')).toBe(EXIT.failed);
    expect(exitCodeOfError(undefined)).toBe(EXIT.failed);
  });

  it('of many domains is the worst of them', () => {
    expect(worst([])).toBe(EXIT.ok);
    expect(worst([EXIT.ok, EXIT.notReady])).toBe(EXIT.notReady);
    expect(worst([EXIT.notReady, EXIT.cannotTell])).toBe(EXIT.cannotTell);
    expect(worst([EXIT.cannotTell, EXIT.wrong, EXIT.notReady])).toBe(EXIT.wrong);
  });
});

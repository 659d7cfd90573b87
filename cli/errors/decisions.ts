import { ERROR_DECISIONS } from '../../handlers/errors/decisions';
import type { ErrorCode } from '../../handlers/words/errors';
import { EXIT, type ExitCode } from '../exit-codes';
import type { FailureCode } from '../words/failures';

/** The exit code of each failure that the function does not have as well. The sentences are in `words/failures.ts`. */
const EXIT_OF_FAILURE: Readonly<Record<Exclude<FailureCode, ErrorCode>, ExitCode>> = {
  INTERRUPTED: EXIT.interrupted,
  NOT_SIGNED_IN: EXIT.failed,
  CREDENTIALS_REFUSED: EXIT.failed,
  CALLER_DENIED: EXIT.failed,
  KEY_PUT_DENIED: EXIT.failed,
  SET_DENIED: EXIT.failed,
  THROTTLED: EXIT.failed,
  AWS_NOT_REACHED: EXIT.failed,
  AWS_FAILED: EXIT.failed,
  AWS_NOT_ASKED: EXIT.failed,
  FUNCTION_NOT_FOUND: EXIT.failed,
  FUNCTION_TIMED_OUT: EXIT.failed,
  FUNCTION_FAILED: EXIT.failed,
  UNEXPECTED_ANSWER: EXIT.failed,
  DISK_FULL: EXIT.failed,
  ENGINE_REFUSED: EXIT.failed,
  UNEXPECTED: EXIT.failed,
  SYNTHESIS_FAILED: EXIT.failed,
  GIT_FAILED: EXIT.failed,
  LIST_NOT_FOUND: EXIT.failed,
  LIST_INVALID: EXIT.failed,
  FOLDER_UNUSABLE: EXIT.failed,
  FOLDER_IN_USE: EXIT.failed,
  ENGINE_FAILED: EXIT.failed,
  ENGINE_KILLED: EXIT.failed,
  SES_CHANGED: EXIT.failed,
  ACCOUNT_NOT_ALLOWED: EXIT.failed,
  ROLE_LOST: EXIT.failed,
  STATE_LOCKED: EXIT.failed,
  RESOURCE_PROTECTED: EXIT.failed,
  BUCKET_NOT_EMPTY: EXIT.failed,
  BACKEND_CHANGED: EXIT.failed,
  EXISTS_ELSEWHERE: EXIT.failed,
  DOMAIN_MANAGED: EXIT.wrong,
  RECORD_EXISTS: EXIT.wrong,
  IDENTITY_EXISTS: EXIT.wrong,
  KEY_STORE_PROTECTED: EXIT.wrong,
  CONTROL_PROTECTED: EXIT.wrong,
  IDENTITY_PROTECTED: EXIT.wrong,
  RECORD_MOVES: EXIT.wrong,
  MAIL_FROM_STILL_NEEDED: EXIT.wrong,
  REPLACEMENT_REFUSED: EXIT.wrong,
  STATE_BROKEN: EXIT.wrong,
  CHECKOUT_OUTDATED: EXIT.wrong,
  ENTRY_RENAMED: EXIT.wrong,
  DEPLOYED_TWICE: EXIT.wrong,
  CHANGES_OPEN: EXIT.wrong,
  FOREIGN_PROVIDER: EXIT.wrong,
  PROVIDER_NOT_LOCKED: EXIT.failed,
  LOCAL_STATE_IN_CI: EXIT.failed,
};

const EXIT_OF_ERROR = new Map<string, ExitCode>([
  ...Object.entries(EXIT_OF_FAILURE),
  ...Object.entries(ERROR_DECISIONS).map(([code, { exitCode }]) => [code, exitCode] as const),
]);

/** Returns the exit code of an error, or that of a failure if only a newer function has its code. */
export const exitCodeOfError = (code = ''): ExitCode => EXIT_OF_ERROR.get(code) ?? EXIT.failed;

export const exitCodeOfOutcome = (outcome: {
  readonly ready: boolean;
  readonly code?: string | undefined;
}): ExitCode => (outcome.ready ? EXIT.ok : exitCodeOfError(outcome.code));

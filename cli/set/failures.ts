import { asByodkimError, hasCode } from '../../handlers/errors/errors';
import { awsFailure } from '../errors/aws-failure';
import { CliError, errorAsData } from '../errors/cli-error';
import { EXIT } from '../exit-codes';
import {
  endingWords,
  GONE,
  notRestorableWords,
  notVerifiedWords,
  SET_ADVICE,
  undoAdvice,
} from '../words/set';
import type { ChangeFailed } from './change';

/** Explains a failure of the function's code to a person whose own credentials make the calls. */
export function callerError(thrown: unknown): CliError {
  if (thrown instanceof CliError) return thrown;
  const error = asByodkimError(thrown);
  const { code, facts, cause } = error;
  if ('action' in facts && cause instanceof Error) {
    const { action, resource } = facts;
    return awsFailure(cause, { action, resource, denied: 'SET_DENIED' });
  }
  return new CliError(code, { message: messageOf(error), facts, advice: SET_ADVICE[code] });
}

function messageOf(error: Error): string {
  if (hasCode(error, 'PRIOR_STATE_NOT_RESTORABLE')) {
    const { domain, found, reason } = error.facts;
    return notRestorableWords(domain, found, reason);
  }
  if (hasCode(error, 'VERIFICATION_FAILED')) {
    const { domain, selector, found } = error.facts;
    return notVerifiedWords(domain, selector, found.status);
  }
  return hasCode(error, 'IDENTITY_NOT_FOUND') ? GONE : error.message;
}

/** Explains a change that failed, with the state in which it left SES. @param undo commands that restore the prior state */
export function changeError(
  { first, ending }: ChangeFailed,
  { undo, isInterrupted }: { readonly undo: readonly string[]; readonly isInterrupted: boolean },
): CliError {
  const error = callerError(first);
  const facts = { ...(error.facts as object), ending };
  const words = endingWords(ending);
  if (ending.kind === 'not-restored') {
    const message = `${error.message} ${words}`;
    return new CliError('ROLLBACK_FAILED', { message, facts, advice: undoAdvice(undo) });
  }
  if (isInterrupted)
    return new CliError('INTERRUPTED', {
      message: `Interrupted. ${words}`,
      facts,
      exitCode: EXIT.interrupted,
    });
  return new CliError(error.code, { ...errorAsData(error), message: `${error.message} ${words}`, facts });
}

import { ByodkimError } from './errors';
import { forTerminal, visibleValue, withoutFullStop } from './outlets';
import type { Redactor } from './redact';

/** How a direct call shows an error: the old runbook's shape. */
export const errorAnswer = (error: ByodkimError, redactor: Redactor) =>
  leaving(redactor, {
    statusCode: error.statusCode,
    error: error.code,
    message: error.message,
    advice: error.advice,
    details: error.details,
  });

/** An answer as it leaves: no secret, and nothing that a terminal would obey. */
export const leaving = <T>(redactor: Redactor, answer: T): T => visibleValue(redactor.redactValue(answer));

/**
 * What is thrown to Terraform and to Lambda's retries. The code is the name; the stack is left out, since the
 * provider prints the whole payload and the reader needs the message.
 */
export function thrownError(error: ByodkimError, redactor: Redactor): Error {
  const thrown = new Error(forTerminal(redactor.redact(error.message)));
  thrown.name = error.code;
  thrown.stack = `${error.code}: see the function's log for details`;
  return thrown;
}

/**
 * Anything that is not ours is a defect or an outage; it still gets a code and says what to do.
 * @param code SES_UPDATE_FAILED while SES is being changed
 */
export function asByodkimError(
  error: unknown,
  code: 'DEPENDENCY_FAILED' | 'SES_UPDATE_FAILED' = 'DEPENDENCY_FAILED',
): ByodkimError {
  if (error instanceof ByodkimError) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return new ByodkimError(
    code,
    {
      what: `Unexpected failure: ${name}: ${withoutFullStop(message)}.`,
      advice: "Deploy again; if it stays, look into the function's log.",
    },
    { name },
    error,
  );
}

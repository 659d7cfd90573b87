import { ADVICE_LABEL } from './contract';
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
 * What is thrown to Terraform and to Lambda's retries. The code is the name. Lambda hands the stack on as `trace`, and
 * the provider prints all of it: so there is no stack in it, but what to do, apart from what happened.
 */
export function thrownError({ code, what, advice }: ByodkimError, redactor: Redactor): Error {
  const shown = (text: string) => forTerminal(redactor.redact(text));
  const thrown = new Error(shown(what));
  thrown.name = code;
  thrown.stack = `${code}: see the function's log for details`;
  if (advice !== undefined) thrown.stack += `\n${ADVICE_LABEL}${shown(advice)}`;
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
  return new ByodkimError(code, {
    what: `Unexpected failure: ${name}: ${withoutFullStop(message)}.`,
    advice: "Deploy again; if it stays, look into the function's log.",
    details: { name },
    cause: error,
  });
}

import { told, toldFacts } from './answers';
import { untilKept } from './budgets';
import { ADVICE_LABEL } from './contract/contract';
import type { Parsed, Place } from './contract/input/event';
import { dispatch } from './dispatch';
import { asByodkimError, ByodkimError } from './errors/errors';
import { type Redactor, sanitize } from './errors/redact';
import { forDomain, forTerminal } from './escape';
import { seeLog } from './words/log';
import type { World } from './world';

/**
 * Handles one invocation: carries out the request of an event, and answers. Throws errors to Terraform and the schedules, so
 * that the apply stops and Lambda retries, and returns them to a direct caller.
 */
export async function handle(outside: World, { source, request }: Parsed): Promise<unknown> {
  const { limit } = outside.clock;
  const world: World = { ...outside, clock: { ...untilKept(outside, () => 'answer'), limit } };
  const { log, redactor } = world;
  try {
    if (request instanceof ByodkimError) throw request;
    log.info('started', { request });
    const answer = sanitize(redactor, told(request, await dispatch(world, request)));
    log.info('ended', { answer });
    return answer;
  } catch (thrown) {
    const error = asByodkimError(thrown);
    log.error('failed', {
      code: error.code,
      error: error.message,
      details: toldFacts(error.facts),
      cause: String(error.cause ?? ''),
    });
    const place = request instanceof ByodkimError ? {} : (request as Partial<Place>);
    if (source === 'direct') return errorAnswer(error, redactor, place);
    throw thrownError(error, redactor, place);
  }
}

/** The answer to a direct call that failed, in the form of the old runbook. */
export interface ErrorAnswer {
  readonly statusCode: number;
  /** Its code. */
  readonly error: string;
  readonly message: string;
  readonly advice: string;
  /** The facts of the error. */
  readonly details: object;
}

/** Makes the answer to a direct call that failed, without secrets. */
export const errorAnswer = (
  error: ByodkimError,
  redactor: Redactor,
  place: Partial<Place> = {},
): ErrorAnswer =>
  sanitize(redactor, {
    statusCode: error.statusCode,
    error: error.code,
    message: error.message,
    advice: forDomain(error.advice, place),
    details: toldFacts(error.facts),
  });

/**
 * Makes the error that is thrown to Terraform and to Lambda's retries, named by its code. Lambda returns the stack as `trace`,
 * and the provider prints all of it. So the stack has only the advice, separate from the message.
 */
export function thrownError(
  { code, message, advice }: ByodkimError,
  redactor: Redactor,
  place: Partial<Place> = {},
): Error {
  const clean = (text: string) => forTerminal(redactor.redact(text));
  const thrown = new Error(clean(message));
  thrown.name = code;
  thrown.stack = `${seeLog(code)}\n${ADVICE_LABEL}${clean(forDomain(advice, place))}`;
  return thrown;
}

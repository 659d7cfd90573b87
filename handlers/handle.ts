import { asByodkimError, errorAnswer, thrownError } from './answer';
import { ACTIONS } from './contract';
import { dispatch } from './dispatch';
import { parseEvent, type Request } from './event';
import { withResultNotice } from './notices/result-notice';
import type { World } from './world';

/**
 * One invocation: reads the event, does what it asks for, answers. Terraform's events and the schedules' throw their
 * errors, so that the apply stops and Lambda retries; a direct call gets them as an answer.
 */
export async function handle(world: World, event: unknown): Promise<unknown> {
  const { log, redactor } = world;
  let request: Request | undefined;
  try {
    request = parseEvent(event, world.environment);
    log.info('Started', { request });
    const known = request;
    const answer = redactor.redactValue(await withResultNotice(world, known, () => dispatch(world, known)));
    log.info('Ended', { answer });
    return answer;
  } catch (thrown) {
    const error = asByodkimError(thrown);
    log.error('Failed', {
      code: error.code,
      error: error.message,
      details: error.details,
      cause: String(error.cause ?? ''),
    });
    if (isReturned(event, request)) return errorAnswer(error, redactor);
    throw thrownError(error, redactor);
  }
}

/** A person or a program that called directly reads the answer; Terraform and the schedules need a failure. */
function isReturned(event: unknown, request: Request | undefined): boolean {
  if (request === undefined) return !(typeof event === 'object' && event !== null && isOfMachine(event));
  if (request.kind === 'audit') return !request.audit.scheduled;
  return request.kind !== 'resource' && request.kind !== 'revert-unconfirmed';
}

/** Of Terraform, or of a schedule that reverts: nobody would read an answer, however malformed the event is. */
const isOfMachine = (event: object): boolean =>
  'resource' in event || 'tf' in event || ('action' in event && event.action === ACTIONS.revertUnconfirmed);

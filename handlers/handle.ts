import { asByodkimError, errorAnswer, leaving, thrownError } from './answer';
import { untilKept } from './budgets';
import { dispatch } from './dispatch';
import { ByodkimError } from './errors';
import type { Parsed } from './event';
import type { World } from './world';

/**
 * One invocation: does what an event asks for, answers. Terraform's events and the schedules' throw their errors, so
 * that the apply stops and Lambda retries; a direct call gets them as an answer.
 */
export async function handle(outside: World, { source, request }: Parsed): Promise<unknown> {
  const world: World = { ...outside, clock: untilKept(outside, () => 'answer') };
  const { log, redactor } = world;
  try {
    if (request instanceof ByodkimError) throw request;
    log.info('Started', { request });
    const answer = leaving(redactor, await dispatch(world, request));
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
    if (source === 'direct') return errorAnswer(error, redactor);
    throw thrownError(error, redactor);
  }
}

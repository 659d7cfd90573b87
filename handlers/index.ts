import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { asByodkimError, errorAnswer, thrownError } from './answer';
import { s3Client, schedulerClient, sesClient, snsClient } from './aws/clients';
import { emailIdentities } from './aws/email-identity';
import { objectStore } from './aws/object-store';
import { schedules } from './aws/schedules';
import { topics } from './aws/topics';
import { systemClock } from './clock';
import { dispatch } from './dispatch';
import { proveRecord } from './dns/gate';
import { readEnvironment } from './environment';
import { parseEvent, type Request } from './event';
import { createLog } from './logger';
import { Redactor } from './redact';
import type { World } from './world';

/**
 * The Lambda function. Terraform's events and the schedule's throw their errors, so that the apply stops and Lambda
 * retries; a direct call gets them as an answer.
 */
export async function handler(event: unknown, context: Context): Promise<unknown> {
  const redactor = new Redactor();
  const log = createLog(redactor, {
    correlationId: correlationId(event, context),
    requestId: context.awsRequestId,
    functionName: context.functionName,
  });
  const world = createWorld(context, redactor, log);
  let request: Request | undefined;
  try {
    request = parseEvent(event, world.environment);
    log.info('Started', { request });
    const answer = redactor.redactValue(await dispatch(world, request));
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

/** A person or a program that called directly reads the answer; Terraform and the schedule need a failure. */
const isReturned = (event: unknown, request: Request | undefined): boolean =>
  request === undefined
    ? typeof event !== 'object' || event === null || !('resource' in event)
    : request.kind !== 'resource' && request.kind !== 'revert-unconfirmed';

/** One id for the whole transaction, so that one search finds every invocation of it. */
function correlationId(event: unknown, context: Context): string {
  const transaction = (event as { transaction?: unknown } | null)?.transaction;
  return typeof transaction === 'string' ? transaction.slice(0, 128) : context.awsRequestId;
}

function createWorld(context: Context, redactor: Redactor, log: World['log']): World {
  const environment = readEnvironment(process.env);
  return {
    clock: systemClock,
    random: Math.random,
    uuid: randomUUID,
    remainingMs: () => context.getRemainingTimeInMillis(),
    environment,
    log,
    redactor,
    prove: proveRecord,
    services(domain, region, clock) {
      const here = { region: environment.region, clock, random: Math.random, domain };
      return {
        identities: emailIdentities(sesClient({ ...here, region })),
        store: objectStore(s3Client(here)),
        schedules: schedules(schedulerClient(here), {
          group: environment.scheduleGroup,
          roleArn: environment.schedulerRoleArn,
          functionArn: context.invokedFunctionArn,
        }),
        topics: topics(snsClient(here)),
      };
    },
  };
}

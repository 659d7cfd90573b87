import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { clientsIn } from './aws/clients';
import { emailIdentities } from './aws/email-identity';
import { events } from './aws/events';
import { identityArn } from './aws/identity-name';
import { objectStore } from './aws/object-store';
import { ClockedRetryStrategy } from './aws/retry';
import { schedules } from './aws/schedules';
import { tenants } from './aws/tenants';
import { topics } from './aws/topics';
import { withAwsErrors } from './aws/with-aws-errors';
import { systemClock } from './clock';
import { type Environment, readEnvironment } from './contract/input/environment';
import { aliasOf, type Parsed, parseEvent } from './contract/input/event';
import { proveRecord } from './dns/gate';
import { lookUp } from './dns/lookup';
import { Redactor } from './errors/redact';
import { handle } from './handle';
import { newPrivateKey } from './keys/format/rsa';
import { createLog, createMetrics } from './log-and-metrics';
import type { World } from './world';

/** The Lambda function. */
export async function handler(event: unknown, context: Context): Promise<unknown> {
  const environment = readEnvironment(process.env);
  const parsed = parseEvent(event, environment, aliasOf(context.invokedFunctionArn));
  return handle(createWorld(context, environment, parsed), parsed);
}

/** `arn:partition:lambda:region:account:function:…` */
const accountOf = (functionArn: string): string | undefined => functionArn.split(':')[4];

function createWorld(context: Context, environment: Environment, { request }: Parsed): World {
  const redactor = new Redactor();
  // One id for the whole transaction, so that one search finds all of its invocations.
  const transaction = 'transaction' in request ? request.transaction : undefined;
  const correlationId = transaction ?? context.awsRequestId;
  return {
    clock: systemClock,
    random: Math.random,
    uuid: randomUUID,
    invocation: context.awsRequestId,
    remainingMs: () => context.getRemainingTimeInMillis(),
    environment,
    log: createLog(redactor, context, correlationId),
    metrics: createMetrics(context),
    redactor,
    makePrivateKey: newPrivateKey,
    prove: (request, gate) => proveRecord(request, { loopback: environment.dnsLoopback, ...gate }),
    lookUp: (request, dns) => lookUp(request, { loopback: environment.dnsLoopback, ...dns }),
    services(domain, region, clock) {
      const retries = new ClockedRetryStrategy(clock, Math.random);
      const clients = (region: string) => clientsIn(region, domain, retries);
      const here = clients(environment.region);
      const { ses } = clients(region);
      const raw = {
        identities: emailIdentities(ses),
        tenants: tenants(ses, (named) => identityArn({ domain: named, region }, context.invokedFunctionArn)),
        store: objectStore(
          here.s3,
          accountOf(context.invokedFunctionArn),
          (elsewhere) => clients(elsewhere).s3,
        ),
        schedules: schedules(here.scheduler, {
          group: environment.scheduleGroup,
          roleArn: environment.schedulerRoleArn,
          invokedFunctionArn: context.invokedFunctionArn,
        }),
        topics: topics(here),
        events: events(here.events, (place) => identityArn(place, context.invokedFunctionArn)),
      };
      return withAwsErrors(raw, region, context.invokedFunctionArn);
    },
  };
}

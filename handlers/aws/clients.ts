import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { RetryStrategyV2 } from '@smithy/types';
import { AWS_CALL } from '../budgets';

/** One pool of connections for the process. Clients are made for each invocation. */
const requestHandler = new NodeHttpHandler({
  connectionTimeout: AWS_CALL.connectMs,
  requestTimeout: AWS_CALL.answerMs,
  throwOnRequestTimeout: true,
});

/** Makes a client with its first call, since an invocation uses few of the services. */
function whenAsked<Client extends { send: unknown }>(make: () => Client): Pick<Client, 'send'> {
  let made: Client | undefined;
  const send = (...call: readonly unknown[]): unknown => {
    made ??= make();
    return (made.send as (...call: readonly unknown[]) => unknown).apply(made, [...call]);
  };
  return { send };
}

/** The clients of one region. */
export interface Clients {
  readonly ses: Pick<SESv2Client, 'send'>;
  readonly s3: Pick<S3Client, 'send'>;
  readonly scheduler: Pick<SchedulerClient, 'send'>;
  readonly sns: Pick<SNSClient, 'send'>;
  readonly events: Pick<EventBridgeClient, 'send'>;
}

/**
 * Makes the clients of a region.
 * @param domain part of the user agent, so that CloudTrail shows for which domain a call was made
 */
export function clientsIn(region: string, domain: string, retryStrategy: RetryStrategyV2): Clients {
  const agent: [string, string] = ['byodkim', domain || 'all'];
  const configuration = { region, requestHandler, retryStrategy, customUserAgent: [agent] };
  return {
    ses: whenAsked(() => new SESv2Client(configuration)),
    s3: whenAsked(() => new S3Client({ ...configuration, followRegionRedirects: false })),
    scheduler: whenAsked(() => new SchedulerClient(configuration)),
    sns: whenAsked(() => new SNSClient(configuration)),
    events: whenAsked(() => new EventBridgeClient(configuration)),
  };
}

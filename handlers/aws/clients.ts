import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { AWS_CALL } from '../budgets';
import type { Clock } from '../clock';
import { ClockedRetryStrategy } from './retry';
import { type Zones, zones } from './zones';

/** One pool of connections for the life of the process: clients come and go with each invocation. */
const requestHandler = new NodeHttpHandler({
  connectionTimeout: AWS_CALL.connectMs,
  requestTimeout: AWS_CALL.answerMs,
  throwOnRequestTimeout: true,
});

export interface ClientSettings {
  readonly region: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** In the user agent, so that CloudTrail shows for which domain a call was made. */
  readonly domain: string;
}

function configuration({ region, clock, random, domain }: ClientSettings) {
  return {
    region,
    requestHandler,
    retryStrategy: new ClockedRetryStrategy(clock, random),
    customUserAgent: [['byodkim', shownDomain(domain)] as [string, string]],
  };
}

const shownDomain = (domain: string): string => domain || 'all';

/** Made with its first call: an invocation asks a few of the services that it may. */
function whenAsked<Client extends { send: unknown }>(make: () => Client): Pick<Client, 'send'> {
  let made: Client | undefined;
  const send = (...call: readonly unknown[]): unknown => {
    made ??= make();
    return (made.send as (...call: readonly unknown[]) => unknown).apply(made, [...call]);
  };
  return { send };
}

export const sesClient = (settings: ClientSettings) =>
  whenAsked(() => new SESv2Client(configuration(settings)));
export const s3Client = (settings: ClientSettings) =>
  whenAsked(() => new S3Client({ ...configuration(settings), followRegionRedirects: false }));
export const schedulerClient = (settings: ClientSettings) =>
  whenAsked(() => new SchedulerClient(configuration(settings)));
export const snsClient = (settings: ClientSettings) =>
  whenAsked(() => new SNSClient(configuration(settings)));

/** Names the endpoint of Route 53 alone, as the SDK's clients take theirs; tests and sandboxes set it. */
const ROUTE53_ENDPOINTS = ['AWS_ENDPOINT_URL_ROUTE_53', 'AWS_ENDPOINT_URL'] as const;

export const route53 = ({ region, clock, random, domain }: ClientSettings): Zones =>
  zones({
    region,
    requestHandler,
    clock,
    random,
    userAgent: `byodkim/${shownDomain(domain)}`,
    endpoint: ROUTE53_ENDPOINTS.map((name) => process.env[name]).find(Boolean),
  });

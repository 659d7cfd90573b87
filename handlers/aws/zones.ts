import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/transport';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import type { RetryErrorType } from '@smithy/types';
import type { Clock } from '../clock';
import { httpStatus } from './aws-error';
import { ClockedRetryStrategy } from './retry';

/** A TXT record as Route 53 takes it. */
export interface TextRecord {
  /** Without a trailing dot. */
  readonly name: string;
  /** Strings in quotation marks. */
  readonly value: string;
  readonly ttlSeconds: number;
}

/** Route 53, as far as this project needs it. Errors are named as AWS names them. */
export interface Zones {
  /** Publishes a record, over what is there. */
  putText(zoneId: string, record: TextRecord): Promise<void>;
}

export interface ZonesSettings {
  readonly region: string;
  readonly requestHandler: Pick<NodeHttpHandler, 'handle'>;
  readonly clock: Clock;
  readonly random: () => number;
  /** CloudTrail shows it. */
  readonly userAgent: string;
  /** @default as the SDK's own clients take theirs from the environment, where tests and sandboxes set it; or AWS's own */
  readonly endpoint?: string | undefined;
}

/**
 * The one call, signed by the SDK's own signer: Route 53's client would make the function's code a tenth larger. A record
 * is put over what is there, so the call can be repeated.
 */
export function zones({ region, requestHandler, clock, random, userAgent, endpoint }: ZonesSettings): Zones {
  const { host, signedFor } = hostIn(region);
  async function send(path: string, body: string): Promise<void> {
    const { AWS_ENDPOINT_URL_ROUTE_53: own, AWS_ENDPOINT_URL: all } = process.env;
    const place = new URL(endpoint || own || all || `https://${host}`);
    const signer = new SignatureV4({
      service: 'route53',
      region: signedFor,
      credentials: defaultProvider(),
      sha256: Sha256,
    });
    const request = new HttpRequest({
      method: 'POST',
      protocol: place.protocol,
      hostname: place.hostname,
      port: place.port === '' ? undefined : Number(place.port),
      path,
      headers: { host: place.host, 'content-type': 'application/xml', 'user-agent': userAgent },
      body,
    });
    const signed = await signer.sign(request, { signingDate: new Date(clock.now()) });
    const { response } = await requestHandler.handle(signed as HttpRequest);
    const text = await readText(response.body);
    if (response.statusCode !== 200) throw failure(response.statusCode, text);
  }

  return {
    async putText(zoneId, record) {
      const retry = new ClockedRetryStrategy(clock, random);
      let token = await retry.acquireInitialRetryToken();
      for (;;) {
        try {
          return await send(`/2013-04-01/hostedzone/${zoneId}/rrset`, changeBatch(record));
        } catch (error) {
          token = await retry.refreshRetryTokenForRetry(token, { errorType: errorType(error) }).catch(() => {
            throw error;
          });
        }
      }
    },
  };
}

/** One endpoint for each partition, and the region that its requests are signed for. */
function hostIn(region: string): { readonly host: string; readonly signedFor: string } {
  if (region.startsWith('cn-')) return { host: 'route53.amazonaws.com.cn', signedFor: 'cn-northwest-1' };
  if (region.startsWith('us-gov-'))
    return { host: 'route53.us-gov.amazonaws.com', signedFor: 'us-gov-west-1' };
  return { host: 'route53.amazonaws.com', signedFor: 'us-east-1' };
}

const changeBatch = ({ name, value, ttlSeconds }: TextRecord): string =>
  '<ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeBatch><Changes><Change>' +
  `<Action>UPSERT</Action><ResourceRecordSet><Name>${escaped(name)}</Name><Type>TXT</Type><TTL>${ttlSeconds}</TTL>` +
  `<ResourceRecords><ResourceRecord><Value>${escaped(value)}</Value></ResourceRecord></ResourceRecords>` +
  '</ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>';

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (char) => (char === '&' ? '&amp;' : char === '<' ? '&lt;' : '&gt;'));

/** An error's answer is short; of what is longer the rest says nothing. */
const LONGEST_ANSWER = 10_000;

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of body)
    if (text.length < LONGEST_ANSWER) text += Buffer.from(chunk).toString('utf8');
  return text;
}

function failure(statusCode: number, text: string): Error {
  const found = (element: string) => new RegExp(`<${element}>([^<]{1,2000})</${element}>`).exec(text)?.[1];
  const [, root] = /<(InvalidChangeBatch|InvalidInput)\b/.exec(text) ?? [];
  const name = found('Code') ?? root ?? `HTTP ${statusCode}`;
  const error = Object.assign(new Error(found('Message') ?? 'no message'), {
    $metadata: { httpStatusCode: statusCode, requestId: found('RequestId') },
  });
  error.name = name;
  return error;
}

const THROTTLED = new Set(['Throttling', 'ThrottlingException', 'PriorRequestNotComplete']);

function errorType(error: unknown): RetryErrorType {
  if (error instanceof Error && THROTTLED.has(error.name)) return 'THROTTLING';
  const status = httpStatus(error);
  // Without an answer, or with one of a server that failed.
  return status === undefined || status >= 500 ? 'TRANSIENT' : 'CLIENT_ERROR';
}

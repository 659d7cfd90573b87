import { readReply } from '../../handlers/dns/answer';
import {
  defaultResolvers,
  type Endpoint,
  formatEndpoint,
  parseEndpoint,
  parseResolver,
} from '../../handlers/dns/endpoint';
import { judge } from '../../handlers/dns/judge';
import type { RsaPublicKey } from '../../handlers/key/public-key';
import { usageError } from '../cli-error';
import type { CliWorld } from '../world';
import type { Proof } from './prove';

/** What the first server that answered has at a name, whole. */
export interface TextAnswer {
  /** `ip:port`, or the URL of a resolver over HTTPS; of several that are silent, the last. */
  readonly server: string;
  /** Each record's strings joined, octets as Latin-1; empty: there is none. Absent: no server answered. */
  readonly values?: readonly string[];
  /** Why there is none, in words that continue a sentence which begins with "the server". */
  readonly reason?: string;
}

/** Every record is read, none is expected. */
const NO_KEY: RsaPublicKey = { modulus: '', exponent: '', bits: 0, spki: '', fingerprint: 'none' };

/**
 * Asks for TXT records as a receiver of mail does: resolvers in turn; or the name servers that were given instead.
 * @throws CliError for a malformed server, or where there is no server to ask
 */
export async function findText(
  world: CliWorld,
  name: string,
  { mode, nameservers, resolvers }: Proof['settings'],
): Promise<TextAnswer> {
  const authoritative = mode === 'authoritative' && nameservers !== undefined && nameservers.length > 0;
  const role = authoritative ? 'authoritative' : 'recursive';
  const endpoints = authoritative
    ? nameservers.map((text) => read('--nameserver', text, parseEndpoint(text)))
    : (resolvers ?? defaultResolvers()).map((text) => read('--resolver', text, parseResolver(text)));
  if (endpoints.length === 0)
    throw usageError('There is no server to ask: give --nameserver, or leave --no-resolver out.');
  const exchange = world.createExchange({});
  let last: TextAnswer | undefined;
  for (const endpoint of endpoints) {
    const server = formatEndpoint(endpoint);
    const question = { name, type: 'TXT', recursionDesired: !authoritative } as const;
    const result = await exchange(endpoint, question, world.signal);
    const answer =
      'problem' in result
        ? ({ kind: 'failure', problem: result.problem } as const)
        : readReply(result.reply, { name, type: 'TXT' }, role);
    if (answer.kind === 'records') return { server, values: answer.values };
    if (answer.kind === 'alias' && answer.atEnd) return { server, values: answer.atEnd.values };
    const { reason } = judge(answer, NO_KEY);
    if (answer.kind === 'none') return { server, values: [], reason };
    last = { server, reason };
  }
  return last!;
}

function read(option: string, text: string, endpoint: Endpoint | undefined): Endpoint {
  if (endpoint !== undefined) return endpoint;
  throw usageError(
    `${option}: ${JSON.stringify(text)} is no address of a DNS server; expected one such as 192.0.2.53:53.`,
  );
}

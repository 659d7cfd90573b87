import { hasCode } from '../../handlers/errors';
import { usageError } from '../cli-error';
import type { CliWorld } from '../world';
import type { Proof } from './prove';

/** What the first server that answered has at a name, whole. */
export interface TextAnswer {
  /** `ip:port`, or the URL of a resolver over HTTPS; where all are silent, the first. */
  readonly server: string;
  /** Each record's strings joined, octets as Latin-1; empty: there is none. Absent: no server answered. */
  readonly values?: readonly string[];
  /** Why there is none, in words that continue a sentence which begins with "the server". */
  readonly reason?: string;
}

/**
 * Asks for TXT records as a receiver of mail does: resolvers; or the name servers that were given instead.
 * @throws CliError for a malformed server, or where there is no server to ask
 */
export async function findText(
  world: CliWorld,
  name: string,
  { mode, nameservers, resolvers }: Proof['settings'],
): Promise<TextAnswer> {
  const isGiven = mode === 'authoritative' && nameservers !== undefined && nameservers.length > 0;
  const found = await world
    .lookUp(
      {
        name,
        type: 'TXT',
        mode: isGiven ? 'authoritative' : 'recursive',
        ...(isGiven && { nameservers }),
        ...(resolvers && { resolvers }),
      },
      { remainingMs: () => Number.POSITIVE_INFINITY, signal: world.signal },
    )
    .catch((error: unknown) => {
      throw hasCode(error, 'VALIDATION_ERROR') ? usageError(error.message) : error;
    });
  const answer = found.servers.find(({ problem }) => problem === undefined) ?? found.servers[0];
  if (answer === undefined)
    throw usageError('There is no server to ask: give --nameserver, or leave --no-resolver out.');
  const { address: server, problem, rcode, values, reason } = answer;
  if (problem !== undefined) return { server, reason };
  const none = rcode === 'NXDOMAIN' ? 'says that the name does not exist' : 'has no TXT record there';
  return { server, values, ...(values.length === 0 && { reason: none }) };
}

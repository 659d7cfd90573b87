import { parseEndpoint } from '../../handlers/dns/endpoint';
import type { CliWorld } from '../world';
import type { Published } from './published';

/** The SOA of a zone, as its servers have it. */
export interface ZoneSerials {
  readonly servers: readonly { readonly server: string; readonly serial: number }[];
  /** How long resolvers may cache that a name does not exist (RFC 2308 §5); `null`: no server answered. */
  readonly absenceSeconds: number | null;
}

/** Asks the servers that were asked for the record. Leaves out those that do not answer. */
export async function findSerials(
  world: CliWorld,
  domain: string,
  { zone, servers }: Published,
): Promise<ZoneSerials> {
  const exchange = world.createExchange({});
  const asked = servers.filter(({ role, askedFor }) => role === 'authoritative' && askedFor === undefined);
  const answers = await Promise.all(
    asked.map(async ({ address, name }) => {
      const endpoint = parseEndpoint(address);
      if (!endpoint) return [];
      const question = { name: zone ?? domain, type: 'SOA', recursionDesired: false } as const;
      const result = await exchange(endpoint, question, world.signal);
      if ('problem' in result) return [];
      const { answers: found, authorities } = result.reply;
      const soa = [...found, ...authorities].find((record) => record.type === 'SOA');
      if (soa?.type !== 'SOA') return [];
      const { serial, minimum } = soa.data;
      return [{ server: name ?? address, serial, absenceSeconds: Math.min(minimum, soa.ttl) }];
    }),
  );
  const known = answers.flat();
  return {
    servers: known.map(({ server, serial }) => ({ server, serial })),
    absenceSeconds: known.length === 0 ? null : Math.max(...known.map((each) => each.absenceSeconds)),
  };
}

import { type DnsResolver, type DnsResolverOptions, startDnsResolver } from './resolver';
import { type DnsServer, type DnsServerOptions, startDnsServer } from './server';

export interface DnsNetworkOptions {
  /** Authoritative servers by loopback address. */
  readonly servers: Readonly<Record<string, Omit<DnsServerOptions, 'address' | 'port'>>>;
  /** Resolvers by loopback address; `roots` are addresses of `servers`. */
  readonly resolvers?: Readonly<Record<string, Omit<DnsResolverOptions, 'address' | 'port' | 'dnsPort'>>>;
}

/** DNS as it is outside: many servers at addresses of their own, all on one port. */
export interface DnsNetwork {
  readonly port: number;
  readonly servers: Readonly<Record<string, DnsServer>>;
  readonly resolvers: Readonly<Record<string, DnsResolver>>;
  close(): Promise<void>;
}

const PORT_ATTEMPTS = 30;

const startOn = async (
  options: DnsNetworkOptions,
  started: { close(): Promise<void> }[],
): Promise<Omit<DnsNetwork, 'close'>> => {
  const keep = <T extends { close(): Promise<void> }>(server: T): T => {
    started.push(server);
    return server;
  };
  let port = 0;
  const servers: Record<string, DnsServer> = {};
  for (const [address, server] of Object.entries(options.servers)) {
    servers[address] = keep(await startDnsServer({ ...server, address, port }));
    port = servers[address].port;
  }
  const resolvers: Record<string, DnsResolver> = {};
  for (const [address, resolver] of Object.entries(options.resolvers ?? {})) {
    resolvers[address] = keep(await startDnsResolver({ ...resolver, address, port, dnsPort: port }));
  }
  return { port, servers, resolvers };
};

/** Starts everything on one port that is free at all the addresses. */
export const startDnsNetwork = async (options: DnsNetworkOptions): Promise<DnsNetwork> => {
  for (let attempt = 1; ; attempt += 1) {
    const started: { close(): Promise<void> }[] = [];
    const close = async (): Promise<void> => {
      await Promise.all(started.map((server) => server.close()));
    };
    try {
      return { ...(await startOn(options, started)), close };
    } catch (error) {
      await close();
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt >= PORT_ATTEMPTS) throw error;
    }
  }
};

import { type DnsServer, type DnsServerOptions, startDnsServer } from '../../../packages/sandbox/dns/server';
import { type DnsResolver, type DnsResolverOptions, type Patience, startDnsResolver } from './resolver';

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
  /**
   * How long whoever asks has to wait until there is an answer, or it is certain that there is none: as long as it takes
   * where one will come, so that a machine that stands still makes nobody silent; and a moment where none ever comes.
   */
  readonly patience: Patience;
  close(): Promise<void>;
}

const PORT_ATTEMPTS = 30;

/** Where an answer comes, it may take so long on a machine that does much else. */
const LONG_MS = 30_000;
/** Where none comes, it does not matter how long it is waited for. */
const SOON_MS = 20;

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
  const resolvers: Record<string, DnsResolver> = {};
  const patience: Patience = ({ address }, question) => {
    const server = servers[address] ?? resolvers[address];
    // No server has this address.
    if (!server) return SOON_MS;
    const { drop, wrongSource } = server.misbehaviourAt({ ...question, serverAddress: address });
    return drop || (wrongSource && question.transport === 'udp') ? SOON_MS : LONG_MS;
  };
  for (const [address, server] of Object.entries(options.servers)) {
    servers[address] = keep(await startDnsServer({ ...server, address, port }));
    port = servers[address].port;
  }
  for (const [address, resolver] of Object.entries(options.resolvers ?? {})) {
    resolvers[address] = keep(
      await startDnsResolver({ patience, ...resolver, address, port, dnsPort: port }),
    );
  }
  return { port, servers, resolvers, patience };
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

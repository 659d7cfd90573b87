import { createExchange, type Exchange } from '../../../handlers/dns/exchange';
import { formatEndpoint } from '../../../packages/sandbox/dns/endpoint';
import { type LoggedQuestion, parseQuery, writeReply } from '../../../packages/sandbox/dns/reply';
import { type Misbehaviour, Rules } from '../../../packages/sandbox/dns/rules';
import { type DnsServer, type DnsServerOptions, startDnsServer } from '../../../packages/sandbox/dns/server';
import { listen } from '../../../packages/sandbox/dns/sockets';
import {
  canonical,
  emptyAnswer,
  type Zone,
  type ZoneAnswer,
  zoneOf,
} from '../../../packages/sandbox/dns/zone';

/** DNS as it is outside: many servers at addresses of their own, all on one port, and a resolver. */
export type DnsNetwork = Awaited<ReturnType<typeof startOn>> & { close(): Promise<void> };

/** Authoritative servers by loopback address. */
export type DnsServers = Readonly<Record<string, Omit<DnsServerOptions, 'address' | 'port'>>>;

type Closable = { close(): Promise<void> };

const PORT_ATTEMPTS = 30;
const MAX_ALIASES = 16;

/** Where an answer comes, it may take so long on a machine that does much else. */
const LONG_MS = 30_000;
/** Where none comes, it does not matter how long it is waited for. */
const SOON_MS = 20;

/** Answers as a resolver whose memory is full: from the zones, with what aliases lead to. */
export function resolve(zones: readonly Zone[], name: string, type: string, aliases = 0): ZoneAnswer {
  const found = zoneOf(zones, name)?.answer(name, type);
  if (!found?.authoritative || aliases > MAX_ALIASES) return emptyAnswer('SERVFAIL');
  const own = { ...found, authoritative: false, additionals: [] };
  const last = own.answers.at(-1);
  if (last?.type !== 'CNAME' || type === 'CNAME') return own;
  const rest = resolve(zones, canonical(last.data), type, aliases + 1);
  return { ...rest, answers: [...own.answers, ...rest.answers] };
}

/** Starts a resolver that knows what the servers have which are not made to misbehave. */
async function startResolver(address: string, port: number, servers: ReadonlyMap<string, DnsServer>) {
  const rules = new Rules();
  const log: LoggedQuestion[] = [];
  const { close } = await listen([address], port, (bytes, via) => {
    const query = parseQuery(bytes, via);
    if (!query) return undefined;
    const { question } = query;
    log.push(question);
    const zones = [...servers].flatMap(([serverAddress, server]) => {
      const { drop, rcode } = server.misbehaviourAt({ ...question, serverAddress });
      return drop || rcode ? [] : server.zones();
    });
    return writeReply(query, resolve(zones, question.name, question.type), true, rules.for(question));
  });
  return {
    /** `ip:port` */
    address: formatEndpoint({ address, port }),
    log: log as readonly LoggedQuestion[],
    misbehave: rules.add.bind(rules),
    misbehaviourAt: rules.always.bind(rules),
    close,
  };
}

async function startOn(options: DnsServers, resolverAddress: string, started: Closable[]) {
  const keep = <T extends Closable>(server: T): T => {
    started.push(server);
    return server;
  };
  let port = 0;
  const servers = new Map<string, DnsServer>();
  for (const [address, server] of Object.entries(options)) {
    servers.set(address, keep(await startDnsServer({ ...server, address, port })));
    port = servers.get(address)!.port;
  }
  const resolver = keep(await startResolver(resolverAddress, port, servers));
  /**
   * Asks as the gate does, and gives up only what never comes: who is silent is what the test has made silent, and not who
   * shares a machine that stands still for a moment.
   */
  const exchange: Exchange = (endpoint, { name, type, ...more }, signal) => {
    const { address: serverAddress } = endpoint;
    const server = serverAddress === resolverAddress ? resolver : servers.get(serverAddress);
    const at = (transport: 'udp' | 'tcp'): Misbehaviour =>
      server?.misbehaviourAt({ name, type, transport, serverAddress }) ?? { drop: true };
    const { garbage, wrongId, wrongQuestion, drop, wrongSource } = at('udp');
    const needsTcp = garbage || wrongId || wrongQuestion || drop || wrongSource;
    const timing = needsTcp
      ? { resendsMs: [], tcpMs: SOON_MS, deadlineMs: SOON_MS + (at('tcp').drop ? SOON_MS : LONG_MS) }
      : { resendsMs: [], tcpMs: LONG_MS / 2, deadlineMs: LONG_MS };
    return createExchange(timing)(endpoint, { name, type, ...more }, signal);
  };
  return { port, servers: Object.fromEntries(servers), resolver, exchange };
}

/** Starts everything on one port that is free at all the addresses. */
export async function startDnsNetwork(servers: DnsServers, resolver: string): Promise<DnsNetwork> {
  for (let attempt = 1; ; attempt += 1) {
    const started: Closable[] = [];
    const close = async (): Promise<void> => {
      await Promise.all(started.map((server) => server.close()));
    };
    try {
      return { ...(await startOn(servers, resolver, started)), close };
    } catch (error) {
      await close();
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt >= PORT_ATTEMPTS) throw error;
    }
  }
}

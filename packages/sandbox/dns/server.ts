import { formatEndpoint } from './endpoint';
import { type LoggedQuestion, parseQuery, writeReply } from './reply';
import { type Misbehaviour, type Rule, type RuledQuestion, Rules } from './rules';
import { listen } from './sockets';
import { canonical, emptyAnswer, type RecordData, Zone, type Zones, zoneOf } from './zone';

export interface DnsServerOptions {
  /**
   * Loopback address, or several that answer identically.
   * @default 127.0.0.1
   */
  readonly address?: string | readonly string[];
  /** @default 0, for which the system chooses a port */
  readonly port?: number;
  readonly zones: Zones;
  /** @default 60 */
  readonly ttlSeconds?: number;
  /**
   * Whether its answers set RA, like those of a resolver with local data.
   * @default false
   */
  readonly recursionAvailable?: boolean;
  /**
   * Whether an answer also lists the zone's servers.
   * @default false
   */
  readonly namesServers?: boolean;
}

export interface DnsServer {
  readonly port: number;
  /** `ip:port` of its first address. */
  readonly address: string;
  /** `ip:port` of all its addresses. */
  readonly addresses: readonly string[];
  /** The questions it was asked, in order. */
  readonly log: readonly LoggedQuestion[];
  /** Publishes one TXT record at the name, instead of what is there. The value is split at 255 octets. */
  setTxt(name: string, value: string): void;
  removeTxt(name: string): void;
  /** Publishes records of any type at the name, replacing those of that type. Without a value it removes them. */
  setRecords(name: string, type: string, data: readonly RecordData[]): void;
  zones(): readonly Zone[];
  hasZone(apex: string): boolean;
  /** Adds a zone, or replaces it. */
  setZone(apex: string, records: Zones[string]): void;
  /** Adds a rule of misbehaviour. The first rule that applies decides. */
  misbehave(rule: Rule): void;
  behave(): void;
  /** Returns the misbehaviour that meets every such question. */
  misbehaviourAt(question: RuledQuestion): Misbehaviour;
  close(): Promise<void>;
}

/** Starts an authoritative server of its zones, over UDP and TCP on one port. */
export const startDnsServer = async (options: DnsServerOptions): Promise<DnsServer> => {
  const { ttlSeconds = 60, recursionAvailable = false } = options;
  const addresses = [options.address ?? '127.0.0.1'].flat() as string[];
  const makeZone = (apex: string, records: Zones[string]): Zone =>
    new Zone(canonical(apex), records, ttlSeconds);
  let zones = Object.entries(options.zones).map(([apex, records]) => makeZone(apex, records));
  const rules = new Rules();
  const log: LoggedQuestion[] = [];
  let isClosed = false;

  const { port, close } = await listen(addresses, options.port ?? 0, (bytes, via) => {
    const query = parseQuery(bytes, via);
    if (!query) return undefined;
    log.push(query.question);
    const { name, type } = query.question;
    const zone = zoneOf(zones, name);
    const answer = zone?.answer(name, type) ?? emptyAnswer('REFUSED');
    const whole = options.namesServers ? (zone?.withServers(answer) ?? answer) : answer;
    return writeReply(query, whole, recursionAvailable, rules.for(query.question));
  });

  const setRecords: DnsServer['setRecords'] = (name, type, data) => {
    const zone = zoneOf(zones, name);
    if (!zone) throw new Error(`This DNS server has no zone for ${name}.`);
    zone.set(name, type, data);
  };
  return {
    port,
    address: formatEndpoint({ address: addresses[0]!, port }),
    addresses: addresses.map((address) => formatEndpoint({ address, port })),
    log,
    setTxt: (name, value) => setRecords(name, 'TXT', [value]),
    removeTxt: (name) => setRecords(name, 'TXT', []),
    setRecords,
    zones: () => zones,
    hasZone: (apex) => zones.some((zone) => zone.apex === canonical(apex)),
    setZone(apex, records) {
      zones = [...zones.filter((zone) => zone.apex !== canonical(apex)), makeZone(apex, records)];
    },
    misbehave: (rule) => rules.add(rule),
    behave: () => rules.clear(),
    misbehaviourAt: (question) => (isClosed ? { drop: true } : rules.always(question)),
    close() {
      isClosed = true;
      return close();
    },
  };
};

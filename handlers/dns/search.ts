/**
 * The search for one name: a list of servers to ask, which begins with those of the registered domain and of the zone above.
 *
 *     com                      a.gtld.net    a resolver names it; it refers to example.com at ns1 and ns2
 *      └ example.com           ns1           the resolver names it, too; it refers to _domainkey.example.com at key1
 *        │                     ns2           has the record, and names ns3 beside itself
 *        │                     ns3           lacks the record
 *        └ _domainkey          key1          has the record
 *                                            no new server: the search ends
 *
 * Every server is asked for the record, for the servers of its zone, and whether a zone below begins on the way to the name.
 * What its answers name goes on the list. Those that answer for the name are judged (`found`), like ns2, ns3 and key1; those
 * of the deepest zone have to.
 */
import { LIMITS } from '../dns-limits';
import {
  type AskedServer,
  authorityOf,
  failure,
  isAbove,
  isWithin,
  nameserversIn,
  type RecordType,
  referralIn,
  zoneIn,
} from './answer';
import type { Round } from './ask';
import { labels, type Reply, type ResourceRecord, sameName } from './codec';
import type { Directory } from './directory';
import { type Endpoint, formatEndpoint, mayBeAsked } from './endpoint';
import {
  absencesIn,
  type Discovery,
  type Naming,
  namedIn,
  type SearchResult,
  type Server,
  settleSearch,
} from './found';

/** What all searches of a round share. */
export interface Network {
  readonly round: Round;
  readonly directory: Directory;
  readonly type: RecordType;
  /** Servers to ask instead of discovered ones; empty: discover. */
  readonly nameservers: readonly Endpoint[];
  /** The addresses that are asked in this round, for all names together. */
  readonly addresses: Set<string>;
}

/** A server to ask as one of a zone. */
interface ToAsk {
  readonly server: Server;
  readonly zone: string;
}

/**
 * Finds the servers of a name, and asks all of them, then those that they have named, until they name no new one.
 * @param isTarget whether an alias led to the name: servers that were given need not know it
 */
export async function search(net: Network, name: string, isTarget: boolean): Promise<SearchResult> {
  if (net.nameservers.length > 0) {
    const result = await askGiven(net, name);
    const isKnown = result.asked.some(({ answer }) => answer.kind !== 'failure');
    if (isKnown || !isTarget || net.directory.resolvers.length === 0) return result;
  }
  const found: Discovery = { name, namings: [], servers: new Map(), absences: [] };
  await beginAtTop(net, found);
  for (;;) {
    const servers = await newServers(net, found);
    if (servers.length === 0) return settleSearch(found);
    const named = await Promise.all(servers.map((each) => askServer(net, found, each)));
    found.namings.push(...named.flat());
  }
}

/** Asks the servers that were given. They stay the only ones, whichever others they name. */
async function askGiven({ round, type, nameservers }: Network, name: string): Promise<SearchResult> {
  const servers = new Map(nameservers.map((endpoint) => [formatEndpoint(endpoint), endpoint]));
  const asking = [...servers.values()].map(async (endpoint): Promise<AskedServer> => {
    const { answer, roundTripMs } = await round.askForRecords(endpoint, { name, type }, 'authoritative');
    return { endpoint, answer, roundTripMs };
  });
  const asked = await Promise.all(asking);
  const hosts = [...servers.keys()].map((address) => ({ addresses: [address], isFormer: false }));
  return { name, asked, hosts, absences: absencesIn(asked) };
}

/** Asks resolvers for the servers of the registered domain, and of the zone above: it may name others. */
async function beginAtTop({ directory }: Network, found: Discovery): Promise<void> {
  const parts = labels(found.name);
  const [own, above] = await Promise.all([
    directory.nameserversOf(parts.slice(-2).join('.')),
    directory.nameserversOf(parts.at(-1)!),
  ]);
  for (const named of [above, own])
    if (named.nameservers.length > 0) found.namings.push({ ...named, source: 'resolvers' });
  if (found.namings.length > 0) return;
  found.problem =
    own.problem === undefined
      ? `there is no domain ${own.zone} in DNS: resolvers know no name servers of it.`
      : `the servers of ${own.zone} could not be found: ${own.problem}.`;
}

/** Finds the addresses of all servers that have been named. Returns those that are not on the list yet. */
async function newServers(net: Network, found: Discovery): Promise<readonly ToAsk[]> {
  const { directory, round } = net;
  const { dnsPort: port = 53 } = round.world;
  const { namings } = found;
  for (const { glue } of namings) directory.learn(glue);
  const zones = [...new Set(namings.map(({ zone }) => zone))];
  const named = zones.flatMap((zone) => {
    const hosts = namedIn(namings, zone);
    if (hosts.length > LIMITS.serversPerZone) round.exceeded.add('serversPerZone');
    return hosts.slice(0, LIMITS.serversPerZone).map((host) => ({ zone, host }));
  });
  const addresses = await Promise.all(named.map(({ host }) => directory.addressesOf(host)));
  return named.flatMap(({ zone, host }, at) =>
    addresses[at]!.flatMap((address) => join(net, found, zone, { address, port }, host)),
  );
}

/** Puts an address on the list as a server of a zone. Returns it, unless it was there, or is not to be asked. */
function join(
  net: Network,
  found: Discovery,
  zone: string,
  endpoint: Endpoint,
  host: string,
): readonly ToAsk[] {
  const { round, addresses } = net;
  const key = formatEndpoint(endpoint);
  const isForbidden = !mayBeAsked(endpoint, 'by-dns', round.world.loopback ?? 'refused');
  if (!isForbidden && addresses.size < LIMITS.addresses) addresses.add(key);
  if (!isForbidden && !addresses.has(key)) {
    round.exceeded.add('addresses');
    return [];
  }
  const answer = failure({ kind: isForbidden ? 'forbidden-address' : 'time-was-up' });
  const first: Server = { endpoint, hosts: new Set(), zones: new Set(), answer, roundTripMs: 0 };
  const server = found.servers.get(key) ?? first;
  found.servers.set(key, server);
  server.hosts.add(host);
  const isNew = !server.zones.has(zone);
  server.zones.add(zone);
  return isNew && !isForbidden ? [{ server, zone }] : [];
}

/** Asks a server, and returns which servers its answers name. */
async function askServer(
  net: Network,
  found: Discovery,
  { server, zone }: ToAsk,
): Promise<readonly Naming[]> {
  const { round, type } = net;
  const { name } = found;
  const replyTo = async (asked: 'NS' | 'SOA', of: string): Promise<Reply | undefined> => {
    const result = await round.ask(server.endpoint, { name: of, type: asked, recursionDesired: false });
    if (!('reply' in result)) return undefined;
    // Servers of another name are no answer.
    const isAnswer = ({ type: each, name: owner }: ResourceRecord) => each !== 'NS' || sameName(owner, of);
    return { ...result.reply, answers: result.reply.answers.filter(isAnswer) };
  };
  const [record, own] = await Promise.all([
    round.askForRecords(server.endpoint, { name, type }, 'authoritative'),
    replyTo('NS', zone),
  ]);
  const { answer } = record;
  server.answer = answer;
  server.roundTripMs = record.roundTripMs;
  const replies = [record.reply, own];
  if (answer.kind !== 'referral' && replies.some((reply) => reply !== undefined)) {
    // An alias hides the zone of its name. None is at the apex of a zone, so the name above lies in the same one.
    const soa = await replyTo('SOA', answer.kind === 'alias' ? labels(name).slice(1).join('.') : name);
    const cut = soa && zoneIn(soa, name);
    if (cut !== undefined && isAbove(zone, cut)) replies.push(await replyTo('NS', cut));
    const absence = soa && cut !== undefined && authorityOf(soa)?.negativeTtlSeconds;
    if (absence) found.absences.push(absence);
    replies.push(soa);
  }
  return replies.flatMap((reply) => (reply ? namingsIn(reply, name, zone, server) : []));
}

/** Returns who serves the zone, or one below it that the name lies in, as a reply of one of its servers has it. */
function namingsIn(reply: Reply, name: string, zone: string, { hosts }: Server): readonly Naming[] {
  const referral = referralIn(reply, name);
  if (referral) return isAbove(zone, referral.zone) ? [{ ...referral, source: 'parent' }] : [];
  if (!reply.authoritative) return [];
  // BIND and Route 53 name the servers of the zone beside any answer.
  const records = [...reply.answers, ...reply.authorities].filter(({ type }) => type === 'NS');
  const owners = new Set(records.map((record) => record.name.toLowerCase()));
  return [...owners]
    .filter((owner) => isWithin(name, owner) && isWithin(owner, zone))
    .map((owner) => ({
      zone: owner,
      nameservers: nameserversIn(records, owner),
      source: 'zone' as const,
      by: hosts,
    }));
}

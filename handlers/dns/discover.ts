/**
 * Discovers the servers that must be asked for a name, and asks them: for its records, for the servers of their zone, and
 * whether another zone begins below, which they may serve as well. What they name are leads to further servers.
 */

import { LIMITS } from '../dns-limits';
import {
  type Answer,
  authorityOf,
  isAbove,
  isWithin,
  namesBetween,
  nameserversIn,
  type RecordType,
  type Referral,
  referralIn,
} from './answer';
import { inTurn, type RecordReply, type Round, WITNESSES } from './ask';
import { isPlainName, labels, type Question, type Reply, type ResourceRecord } from './codec';
import type { Directory } from './directory';
import { formatEndpoint, type Loopback, mayBeAsked, type SocketEndpoint } from './endpoint';
import { type Lead, noteLead, type Reason, type Search, type Server, type Zone, zoneOf } from './search';

/** What all searches of a round share. */
export interface Network {
  readonly round: Round;
  readonly directory: Directory;
  /** Of the records that are asked for. */
  readonly type: RecordType;
  /** Of discovered servers. */
  readonly port: number;
  /** Whether DNS may name servers on this machine and its link. */
  readonly loopback: Loopback;
  /** Servers to ask instead of discovered ones; empty: discover. */
  readonly nameservers: readonly SocketEndpoint[];
  /** Whether there are resolvers to discover with. */
  readonly canDiscover: boolean;
  /** The name that is asked for first, then those that aliases lead to. */
  readonly searches: Map<string, Search>;
  /** That are asked in this round, for all names together. */
  readonly addresses: Set<string>;
  /** Referrals of top-level domains: they are not asked again. */
  readonly referrals: Referral[];
}

/** A server that must be asked as one of a zone, and why. */
export interface ServerToAsk {
  readonly search: Search;
  readonly server: Server;
  readonly zone: Zone;
  readonly reason: Reason;
}

type Leads = Promise<readonly Lead[]>;

/**
 * Begins the search for a name.
 * @param depth number of aliases already followed
 */
export async function beginSearch(net: Network, name: string, depth: number): Leads {
  const [zones, servers] = [new Map(), new Map()];
  const search: Search = { name, depth, zones, servers, lost: new Set(), absences: [] };
  net.searches.set(name, search);
  const given = net.nameservers;
  if (given.length > 0) return [{ search, zone: '', nameservers: [], given, reason: 'given' }];
  return askResolversForLeads(net, search);
}

/** Asks resolvers for the servers of the topmost two zones above a name. */
async function askResolversForLeads({ directory }: Network, search: Search): Leads {
  const [own, above] = await Promise.all(
    topmostZones(search.name).map((zone) => directory.nameserversOf(zone)),
  );
  const found = [own!, above!].filter(({ nameservers }) => nameservers.length > 0);
  if (found.length === 0)
    search.problem =
      own!.problem === undefined
        ? `there is no domain ${own!.zone} in DNS: resolvers know no name servers of it.`
        : `the servers of ${own!.zone} could not be found: ${own!.problem}.`;
  return found.map(({ zone, nameservers }) => ({ search, zone, nameservers, reason: 'resolvers' }));
}

/** Lists the registered domain of a name and the zone above it, so that a server which only that one names is not missed. */
function topmostZones(name: string): readonly string[] {
  const parts = labels(name);
  return [parts.slice(-2).join('.'), parts.at(-1)!];
}

/** Returns whether a lead is to a top-level domain, of which one server is asked for a referral: the others know no more. */
export function isTopLevel({ search, zone, reason }: Lead): boolean {
  return reason !== 'given' && labels(zone).length < 2 && !search.zones.get(zone)?.serves;
}

/** Finds the addresses of all servers that leads name, and returns those that must still be asked. */
export async function discoverServers(net: Network, leads: readonly Lead[]): Promise<readonly ServerToAsk[]> {
  const found = leads.map(async (lead) => {
    const zone = noteLead(lead);
    const addresses = lead.nameservers.map((host) => addressesOf(net, lead, zone, host));
    return { lead, zone, addresses: await Promise.all(addresses) };
  });
  return (await Promise.all(found)).flatMap(({ lead, zone, addresses }) => [
    ...(lead.given ?? []).flatMap((endpoint) => join(net, lead, zone, endpoint)),
    ...lead.nameservers.flatMap((host, at) => {
      // An address that came with one zone's referral is the server's in its other zones, too.
      const zones = [...lead.search.zones.values()].filter(({ hosts }) => hosts.has(host));
      const endpoints = addresses[at]!.map((address) => ({ address, port: net.port }));
      return zones.flatMap((each) => endpoints.flatMap((endpoint) => join(net, lead, each, endpoint, host)));
    }),
  ]);
}

async function addressesOf(
  net: Network,
  { search, glue }: Lead,
  zone: Zone,
  host: string,
): Promise<readonly string[]> {
  const isKnown = zone.hosts.has(host);
  if (!isKnown && zone.hosts.size >= LIMITS.serversPerZone) {
    net.round.exceeded.add('serversPerZone');
    return [];
  }
  zone.hosts.add(host);
  const told = net.directory.learn(host, glue?.get(host) ?? []);
  if (isKnown) return told;
  const found = await net.directory.addressesOf(host);
  if (found.length === 0) search.lost.add(host);
  return [...new Set([...told, ...found])];
}

/** Makes an address a server of a zone. Returns it if it was not one, unless there are more addresses than may be asked. */
function join(net: Network, lead: Lead, zone: Zone, endpoint: SocketEndpoint, host?: string): ServerToAsk[] {
  const { search, reason } = lead;
  const key = formatEndpoint(endpoint);
  let server = search.servers.get(key);
  if (!server) {
    const isForbidden = host !== undefined && !mayBeAsked(endpoint, 'by-dns', net.loopback);
    if (!isForbidden && net.addresses.size < LIMITS.addresses) net.addresses.add(key);
    if (!isForbidden && !net.addresses.has(key)) {
      net.round.exceeded.add('addresses');
      return [];
    }
    const problem = { kind: isForbidden ? 'forbidden-address' : 'time-was-up' } as const;
    const answer: Answer = { kind: 'failure', problem };
    server = { endpoint, names: new Set(), zones: new Set(), isForbidden, answer, roundTripMs: 0 };
    search.servers.set(key, server);
  }
  if (host !== undefined) server.names.add(host);
  const isNew = !server.zones.has(zone);
  server.zones.add(zone);
  return isNew && !server.isForbidden ? [{ search, server, zone, reason }] : [];
}

/** Asks all servers at once. */
export async function askServers(net: Network, servers: readonly ServerToAsk[]): Leads {
  return (await Promise.all(servers.map((asked) => askServer(net, asked)))).flat();
}

/** Asks a server for the record and the servers of its zone, and then for a zone below, unless the answer shows it. */
async function askServer(net: Network, asked: ServerToAsk): Leads {
  const asking = askForRecord(net, asked);
  if (asked.zone.depth < 2) return followAnswer(net, asked, await asking);
  const named = askForNameservers(net, asked, asked.zone.apex);
  const found = await asking;
  return (await Promise.all([named, followAnswer(net, asked, found), findZone(net, asked, found)])).flat();
}

function askForRecord({ round, type }: Network, { search, server }: ServerToAsk): Promise<RecordReply> {
  return round.askForRecords(server.endpoint, { name: search.name, type }, 'authoritative');
}

/** Notes a server's answer for the record, and returns the servers that it leads to. */
async function followAnswer(net: Network, asked: ServerToAsk, found: RecordReply): Leads {
  const { search, server, zone } = asked;
  const { answer, reply } = found;
  server.answer = answer;
  server.roundTripMs = found.roundTripMs;
  const leads: Lead[] = [];
  if (answer.kind === 'referral') leads.push(...descend(search, zone, answer));
  if (answer.kind === 'alias') {
    // An alias hides which zone the name lies in.
    const between = zone.depth < 2 ? [] : namesBetween(search.name, zone.apex);
    const cutting = cutToZone(net, search, server);
    if (net.nameservers.length === 0) prepareSearch(net, search, server.answer);
    const below = between.map((each) => askForNameservers(net, asked, each));
    await cutting;
    leads.push(...(await Promise.all(below)).flat());
  }
  const owner = zoneBeside(reply, search.name, zone);
  if (reply && owner !== undefined)
    leads.push(namedByZone(asked, owner, nameserversIn(reply.authorities, owner)));
  return leads;
}

/** Asks resolvers what the search for an alias's target will ask them, so that it need not wait. Once for each name. */
function prepareSearch({ directory }: Network, search: Search, answer: Answer): void {
  if (search.isPrepared || answer.kind !== 'alias' || answer.atEnd) return;
  search.isPrepared = true;
  const target = answer.targets.at(-1)!;
  if (isPlainName(target)) for (const zone of topmostZones(target)) void directory.nameserversOf(zone);
}

/** Returns the zone whose servers a reply has beside its answer, as those of BIND and Route 53 do. */
function zoneBeside(reply: Reply | undefined, name: string, { apex }: Zone): string | undefined {
  // Servers that were given stay the only ones.
  if (!reply?.authoritative || apex === '') return undefined;
  const owner = reply.authorities.find((record) => record.type === 'NS' && isWithin(name, record.name))?.name;
  return owner !== undefined && isWithin(owner, apex) ? owner.toLowerCase() : undefined;
}

/** Finds whether a zone below begins on the way to the name: in a server's answers, or by a further question. */
async function findZone(net: Network, asked: ServerToAsk, { answer, reply }: RecordReply): Leads {
  const { search, server, zone } = asked;
  const { name } = search;
  if (reply && answer.kind === 'none' && zoneIn(reply, name, zone.apex) !== undefined)
    return readZone(net, asked, name, reply);
  const isNamed = answer.kind === 'records' && zoneBeside(reply, name, zone) === zone.apex;
  if (!reply || isNamed) {
    const named = await net.round.ask(server.endpoint, nameserversOf(zone.apex));
    // A server may drop questions of one type. One that has answered nothing is not asked again.
    if (!reply && 'problem' in named) return [];
    // Both answers have the zone's NS records. A server that contradicts itself is asked.
    if (reply && 'reply' in named && sameNameservers(reply.authorities, named.reply.answers, zone.apex))
      return [];
  }
  return askForZone(net, asked, name);
}

function sameNameservers(
  some: readonly ResourceRecord[],
  others: readonly ResourceRecord[],
  zone: string,
): boolean {
  const [a, b] = [some, others].map((records) => nameserversIn(records, zone).toSorted().join());
  return a === b;
}

function namedByZone({ search, server }: ServerToAsk, zone: string, nameservers: readonly string[]): Lead {
  return { search, zone, nameservers, reason: 'zone', by: server.names };
}

/** Follows a referral to a zone below: the servers of this one need not answer then. */
function descend(search: Search, zone: Zone, { zone: below, nameservers, glue }: Referral): readonly Lead[] {
  if (!isAbove(zone.apex, below)) return [];
  zone.refers = true;
  return [{ search, zone: below, nameservers, glue, reason: 'parent' }];
}

function nameserversOf(name: string): Question {
  return { name, type: 'NS', recursionDesired: false };
}

/** Asks a server of a zone for the servers of that zone, or of one below. */
async function askForNameservers({ round }: Network, asked: ServerToAsk, name: string): Leads {
  const { search, server, zone } = asked;
  const result = await round.ask(server.endpoint, nameserversOf(name));
  if ('problem' in result) return [];
  const referral = referralIn(result.reply, name);
  if (referral) return descend(search, zone, referral);
  const nameservers = result.reply.authoritative ? nameserversIn(result.reply.answers, name) : [];
  return nameservers.length > 0 ? [namedByZone(asked, name, nameservers)] : [];
}

/** Asks a server of a zone whether a name lies in a zone below, and for the servers of that. */
async function askForZone(net: Network, asked: ServerToAsk, name: string): Leads {
  const question = { name, type: 'SOA', recursionDesired: false } as const;
  const result = await net.round.ask(asked.server.endpoint, question);
  return 'problem' in result ? [] : readZone(net, asked, name, result.reply);
}

/** Follows a reply that shows which zone a name lies in. */
async function readZone(net: Network, asked: ServerToAsk, name: string, reply: Reply): Leads {
  const { search, zone } = asked;
  const referral = referralIn(reply, name);
  if (referral) return descend(search, zone, referral);
  const found = reply.authoritative ? zoneIn(reply, name, zone.apex) : undefined;
  if (found !== undefined && found !== zone.apex) return askForNameservers(net, asked, found);
  const seconds = found === undefined ? undefined : authorityOf(reply)?.negativeTtlSeconds;
  if (seconds !== undefined) search.absences.push(seconds);
  return [];
}

/** Returns the zone whose SOA a reply has for a name, if that is `apex` or lies below it. */
function zoneIn(reply: Reply, name: string, apex: string): string | undefined {
  if (reply.answers.some(({ type }) => type === 'CNAME')) return undefined;
  const own = reply.answers.find(({ type }) => type === 'SOA')?.name.toLowerCase();
  const zone = authorityOf(reply)?.zone ?? own;
  return zone !== undefined && isWithin(name, zone) && isWithin(zone, apex) ? zone : undefined;
}

/** Asks a server of a top-level domain for a referral, and another one if it does not answer in time. */
export async function askTopLevel(net: Network, lead: Lead): Leads {
  const { round, directory, port, referrals } = net;
  const { search, nameservers } = lead;
  const zone = noteLead(lead);
  const known = referrals.find((referral) => isWithin(search.name, referral.zone));
  if (known) return descend(search, zone, known);
  const attempts = nameservers.slice(0, WITNESSES).map((host) => async () => {
    const [address] = await directory.addressesOf(host);
    if (address === undefined) search.lost.add(host);
    if (address === undefined || zone.refers) return undefined;
    const [asked] = join(net, lead, zone, { address, port }, host);
    if (!asked) return undefined;
    const leads = await followAnswer(net, asked, await askForRecord(net, asked));
    const { answer } = asked.server;
    return answer.kind === 'failure' ? undefined : { answer, leads };
  });
  const found = await inTurn(attempts, round.graceMs);
  if (!found) return [];
  const { answer, leads } = found;
  if (answer.kind === 'referral') {
    if (leads.length > 0) referrals.push(answer);
    return leads;
  }
  // It answers for the name itself: then all of its servers have to.
  zone.serves = true;
  return [lead, ...leads];
}

/** Follows the aliases in all answers. Returns the servers of the names that they lead to. */
export async function followAliases(net: Network): Leads {
  const { searches, round } = net;
  const leads: Leads[] = [];
  for (const search of [...searches.values()]) {
    leads.push(leaveGiven(net, search));
    for (const server of search.servers.values()) {
      // Which zones it serves is known better than when it was asked.
      await cutToZone(net, search, server);
      const { answer } = server;
      if (answer.kind !== 'alias' || answer.atEnd) continue;
      const target = answer.targets.at(-1)!;
      const depth = search.depth + answer.targets.length;
      if (depth > LIMITS.aliasesInChain || searches.has(target) || !isPlainName(target)) continue;
      if (searches.size >= LIMITS.names) round.exceeded.add('names');
      else leads.push(beginSearch(net, target, depth));
    }
  }
  return (await Promise.all(leads)).flat();
}

/** Cuts the alias in a server's answer to what it can answer for: the whole chain, or up to the first name of another zone. */
async function cutToZone(net: Network, search: Search, server: Server): Promise<void> {
  const { answer } = server;
  if (answer.kind !== 'alias') return;
  const { targets, atEnd, ttlSeconds } = answer;
  const zone = zoneOf(server);
  const outside = targets.findIndex((target) => !isWithin(target, zone.apex));
  if (atEnd && outside < 0 && search.depth + targets.length <= LIMITS.aliasesInChain) {
    // Another zone may begin on the way to the end. Servers that were given are asked as they are.
    const asked = { search, server, zone, reason: 'zone' } as const;
    if (zone.apex === '' || (await askForZone(net, asked, targets.at(-1)!)).length === 0) return;
  }
  server.answer = {
    kind: 'alias',
    targets: outside < 0 ? targets : targets.slice(0, outside + 1),
    ttlSeconds,
  };
}

/** Looks for the servers of an alias's target that none of the servers which were given knows. */
async function leaveGiven(net: Network, search: Search): Leads {
  const given = search.zones.get('');
  if (!given || given.refers || search.depth === 0 || !net.canDiscover) return [];
  if ([...search.servers.values()].some(({ answer }) => answer.kind !== 'failure')) return [];
  given.refers = true;
  return askResolversForLeads(net, search);
}

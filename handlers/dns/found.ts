/** Collects the results of the search for one name: the servers, the sources that name them, and the servers that count. */

import type { FoundServers, NamedServer, NobodyAsked, StaleDelegation } from '../words/gate';
import { type Answer, type AskedServer, isAbove, isReply, type Referral } from './answer';
import { labels } from './codec';
import { type Endpoint, formatEndpoint } from './endpoint';

/** Source of a zone's servers: a resolver (perhaps from its cache), the zone above, or the zone itself. */
type Source = 'resolvers' | 'parent' | 'zone';

/** Servers of a zone from one source. */
export interface Naming extends Referral {
  readonly source: Source;
  /** Names of the server that is the source, if it is one of the zone's. */
  readonly by?: ReadonlySet<string>;
}

/** An address that is asked for the name. */
export interface Server {
  readonly endpoint: Endpoint;
  /** Its names in NS records. */
  readonly hosts: Set<string>;
  /** Zones for which it was asked. */
  readonly zones: Set<string>;
  /** Its answer for the name. */
  answer: Answer;
  roundTripMs: number;
}

/** Everything that was found for one name. */
export interface Discovery {
  readonly name: string;
  readonly namings: Naming[];
  /** The servers, by address. */
  readonly servers: Map<string, Server>;
  /** Seconds for which resolvers may keep each negative answer. */
  readonly absences: number[];
  /** Reason why resolvers name no servers of the registered domain. */
  problem?: NobodyAsked;
}

/** The result of one search: `asked` are the servers whose answers are judged, and `hosts` those that must have the record. */
export interface SearchResult extends Pick<FoundServers, 'zone' | 'hosts' | 'problem'> {
  readonly name: string;
  readonly asked: readonly AskedServer[];
  readonly absences: readonly number[];
  readonly stale?: StaleDelegation;
}

/** Returns the servers of a zone that one source, or any source, names. */
export function namedIn(namings: readonly Naming[], zone: string, source?: Source): readonly string[] {
  const fitting = namings.filter((each) => each.zone === zone && (!source || each.source === source));
  return [...new Set(fitting.flatMap(({ nameservers }) => nameservers))];
}

const depthOf = (zone: string): number => labels(zone).length;

export function deepest(zones: readonly string[]): string | undefined {
  return zones.toSorted((a, b) => depthOf(b) - depthOf(a))[0];
}

/** Returns the deepest zone for which a server was asked. */
const zoneOf = ({ zones }: Server): string => deepest([...zones])!;

/** Determines the zone of the name and the servers that count, once there are enough answers. */
export function settleSearch({ name, problem, absences, namings, ...found }: Discovery): SearchResult {
  const servers = [...found.servers.values()];
  const cut = deepest(servers.filter(({ answer }) => isReply(answer)).map(zoneOf));
  const zones = countingZones(cut, namings, servers);
  const hosts = hostsOf(zones, namings, servers);
  return {
    name,
    zone: cut,
    asked: countingServers(zones, servers)
      .map((server) => ({ ...server, name: [...server.hosts].sort()[0] }))
      .sort(inOrder),
    hosts,
    problem: problemOf(namings, hosts, problem),
    stale: cut === undefined ? undefined : staleDelegationIn(namings, cut),
    absences: [...absences, ...absencesIn(servers)],
  };
}

/** Returns the zone of the name and the zones below it that were named; only the deepest if no server has answered. */
function countingZones(
  cut: string | undefined,
  namings: readonly Naming[],
  servers: readonly Server[],
): readonly string[] {
  const zones = [...new Set([...namings.map(({ zone }) => zone), ...servers.map(zoneOf)])];
  const least = depthOf(cut ?? deepest(zones) ?? '');
  return zones.filter((zone) => depthOf(zone) >= least);
}

/**
 * Returns the servers whose answers are judged: those of the zones that count, unless they only refer. If a server above
 * answers nevertheless, its answer is judged, too.
 */
function countingServers(zones: readonly string[], servers: readonly Server[]): readonly Server[] {
  return servers.filter((server) => {
    const { answer } = server;
    const onlyRefers = answer.kind === 'referral' && isAbove(zoneOf(server), answer.zone);
    return isReply(answer) || (zones.includes(zoneOf(server)) && !onlyRefers);
  });
}

/** Returns the reason why there is no server to ask. */
function problemOf(
  namings: readonly Naming[],
  hosts: readonly NamedServer[],
  problem: NobodyAsked | undefined,
): NobodyAsked | undefined {
  if (namings.length === 0) return problem;
  const lost = hosts.flatMap(({ name, addresses }) => (addresses.length === 0 ? name! : []));
  return lost.length > 0 ? { kind: 'no-address', hosts: lost } : undefined;
}

/** Returns the times for which resolvers may keep each negative answer. */
export function absencesIn(asked: readonly Pick<AskedServer, 'answer'>[]): readonly number[] {
  return asked.flatMap(({ answer }) => (answer.kind === 'none' ? (answer.ttlSeconds ?? []) : []));
}

function inOrder(a: AskedServer, b: AskedServer): number {
  const byText = (x: string, y: string): number => x.localeCompare(y, 'en', { numeric: true });
  return byText(a.name!, b.name!) || byText(formatEndpoint(a.endpoint), formatEndpoint(b.endpoint));
}

function hostsOf(
  zones: readonly string[],
  namings: readonly Naming[],
  servers: readonly Server[],
): readonly NamedServer[] {
  const current = new Set(zones.flatMap((zone) => currentServers(namings, zone)));
  const named = [...new Set(zones.flatMap((zone) => namedIn(namings, zone)))].sort();
  return named.map((name) => ({
    name,
    addresses: servers.flatMap(({ hosts, endpoint }) => (hosts.has(name) ? formatEndpoint(endpoint) : [])),
    isFormer: !current.has(name),
  }));
}

/** Returns the servers that the zone above names and those to which it leads, or all if it names none. */
function currentServers(namings: readonly Naming[], zone: string): readonly string[] {
  const current = new Set(namedIn(namings, zone, 'parent'));
  if (current.size === 0) return namedIn(namings, zone);
  for (const host of current)
    for (const each of namings)
      if (each.zone === zone && each.by?.has(host)) for (const next of each.nameservers) current.add(next);
  return [...current];
}

function staleDelegationIn(namings: readonly Naming[], zone: string): StaleDelegation | undefined {
  const above = namedIn(namings, zone, 'parent').toSorted();
  const current = currentServers(namings, zone);
  const ofCurrent = namings.filter(({ by }) => current.some((host) => by?.has(host)));
  const own = namedIn(ofCurrent, zone, 'zone').toSorted();
  const isStale = above.length > 0 && own.length > 0 && above.join() !== own.join();
  return isStale ? { zone, above, own } : undefined;
}

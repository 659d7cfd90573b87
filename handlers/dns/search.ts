/** The search for one name: its zones and servers, which source names them, and which of them count. */

import { type Disagreement, type FoundServers, hostList, type NamedServer } from '../gate-outcome';
import { type Answer, type Asked, type Delegation, isReply } from './answer';
import { labels } from './codec';
import { formatEndpoint, type SocketEndpoint } from './endpoint';

/** Why a server must be asked: settings, a resolver (perhaps from its cache), the zone above, or the zone itself name it. */
export type Reason = 'given' | 'resolvers' | 'parent' | 'zone';

/** Servers of a zone, as one source names them. */
export interface Lead extends Delegation {
  readonly search: Search;
  readonly reason: Reason;
  /** Names of the server that names them, if it is one of the zone. */
  readonly by?: ReadonlySet<string>;
  /** Addresses that settings give instead of names. */
  readonly given?: readonly SocketEndpoint[];
}

/** A zone on the way down to a name. The one without an apex has the servers that were given instead of discovered. */
export interface Zone {
  readonly apex: string;
  /** How many labels it has. */
  readonly depth: number;
  readonly leads: Lead[];
  /** Names of its servers. */
  readonly hosts: Set<string>;
  /** Whether some server refers to a zone further down. */
  refers: boolean;
  /** Whether it is a top-level domain that answers for the name itself. */
  serves: boolean;
}

/** An address to ask for a name, as a server of one zone or of several. */
export interface Server {
  readonly endpoint: SocketEndpoint;
  /** In NS records; none when the address was given. */
  readonly names: Set<string>;
  readonly zones: Set<Zone>;
  readonly isForbidden: boolean;
  /** For the name. An alias is cut to what the server can answer for. */
  answer: Answer;
  roundTripMs: number;
}

export interface Search {
  readonly name: string;
  /** How many aliases led here. */
  readonly depth: number;
  readonly zones: Map<string, Zone>;
  /** By address. */
  readonly servers: Map<string, Server>;
  /** Names of servers that have no address. */
  readonly lost: Set<string>;
  /** How long resolvers may keep each negative answer, in seconds. */
  readonly absences: number[];
  /** Whether resolvers have been asked for the servers of an alias's target. */
  isPrepared?: boolean;
  /** Why resolvers name no servers of any zone; a sentence. */
  problem?: string;
}

/** Notes which source names servers of a zone. */
export function noteLead(lead: Lead): Zone {
  const { search, zone: apex } = lead;
  const known = search.zones.get(apex);
  const depth = labels(apex).length;
  const zone = known ?? { apex, depth, leads: [], hosts: new Set(), refers: false, serves: false };
  search.zones.set(apex, zone);
  zone.leads.push(lead);
  return zone;
}

/** Returns the deepest zone that a server was asked as a server of. */
export function zoneOf({ zones }: Server): Zone {
  return [...zones].sort((a, b) => b.depth - a.depth)[0]!;
}

/** Returns the zones whose servers must answer for the name: those without a referral to a zone below. */
function expectedZones(zones: readonly Zone[]): readonly Zone[] {
  const deepest = Math.max(...zones.map(({ depth }) => depth));
  return zones.filter(
    ({ depth, refers, serves }) => serves || (!refers && (depth >= 2 || depth === deepest)),
  );
}

/** The result of one search: `asked` are those whose answers are judged, `hosts` those that have to show the record. */
export interface SearchResult
  extends Pick<FoundServers, 'zone' | 'hosts' | 'problem'>,
    Pick<Search, 'name' | 'absences'> {
  readonly asked: readonly Asked[];
  readonly disagreement?: Disagreement;
}

/** Decides which zone the name is in, and which servers count, once all answers have come. */
export function concludeSearch({ name, problem, absences, lost, ...search }: Search): SearchResult {
  const [zones, servers] = [[...search.zones.values()], [...search.servers.values()]];
  // A top-level domain that has referred to a zone below has no part in the answer.
  const isPassed = ({ refers, serves, depth }: Zone): boolean => refers && !serves && depth === 1;
  const asked = servers.filter((server) => [...server.zones].some((zone) => !isPassed(zone)));
  const replied = asked.filter(({ answer }) => isReply(answer));
  // The zone cut: the deepest zone whose servers answered for the name.
  const [cut] = replied
    .map(zoneOf)
    .filter(({ apex }) => apex !== '')
    .sort((a, b) => b.depth - a.depth);
  // Servers of the zones above have only to refer. If they answer nevertheless, that is judged, but not counted.
  const counting = cut ? zones.filter(({ depth }) => depth >= cut.depth) : expectedZones(zones);
  const counts = ({ zones: own, answer }: Server): boolean =>
    counting.some((zone) => own.has(zone)) &&
    !(answer.kind === 'referral' && [...own].some(({ refers }) => refers));
  return {
    name,
    zone: cut?.apex,
    asked: asked
      .filter((server) => replied.includes(server) || counts(server))
      .sort(inOrder)
      .map(({ names, ...server }) => ({ ...server, name: [...names].sort()[0] })),
    hosts: hostsOf(counting, servers),
    problem:
      problem ??
      (lost.size > 0 ? `no address is known of its name servers ${hostList([...lost].sort())}.` : undefined),
    disagreement: cut && disagreementIn(cut),
    absences: [
      ...absences,
      ...asked.flatMap(({ answer }) => (answer.kind === 'none' ? (answer.ttlSeconds ?? []) : [])),
    ],
  };
}

/** Sorts by name and address. Servers that were given stay in the order of the list. */
function inOrder(a: Server, b: Server): number {
  const [nameA = '', nameB = ''] = [a, b].map(({ names }) => [...names].sort()[0]);
  const byText = (x: string, y: string): number => x.localeCompare(y, 'en', { numeric: true });
  return (
    byText(nameA, nameB) ||
    (a.names.size === 0 ? 0 : byText(formatEndpoint(a.endpoint), formatEndpoint(b.endpoint)))
  );
}

/** Lists the servers of zones by name, or by address if they were given. */
function hostsOf(zones: readonly Zone[], servers: readonly Server[]): readonly NamedServer[] {
  const current = new Set(zones.flatMap(currentServers));
  const named = [...new Set(zones.flatMap(({ hosts }) => [...hosts]))].sort();
  const given = servers.filter(
    ({ names, zones: own }) => names.size === 0 && zones.some((zone) => own.has(zone)),
  );
  const addresses = (of: readonly Server[]): string[] => of.map(({ endpoint }) => formatEndpoint(endpoint));
  return [
    ...named.map((name) => ({
      name,
      addresses: addresses(servers.filter(({ names }) => names.has(name))),
      isFormer: !current.has(name),
    })),
    ...given.map((server) => ({ addresses: addresses([server]), isFormer: false })),
  ];
}

function namedBy({ leads }: Zone, reason: Reason): readonly string[] {
  const named = leads.filter((lead) => lead.reason === reason);
  return [...new Set(named.flatMap(({ nameservers }) => nameservers))].sort();
}

/** Lists the servers that the zone above names, and those that it leads to; all, if it names none. */
function currentServers(zone: Zone): readonly string[] {
  const current = new Set(namedBy(zone, 'parent'));
  if (current.size === 0) return [...zone.hosts];
  for (const host of current)
    for (const { by, nameservers } of zone.leads)
      if (by?.has(host)) for (const next of nameservers) current.add(next);
  return [...current];
}

function disagreementIn(zone: Zone): Disagreement | undefined {
  const [cached, parent, own] = [namedBy(zone, 'resolvers'), namedBy(zone, 'parent'), namedBy(zone, 'zone')];
  const differ = (a: readonly string[], b: readonly string[]): boolean =>
    a.length > 0 && b.length > 0 && a.join() !== b.join();
  if (differ(parent, own))
    return { kind: 'delegation-is-stale', zone: zone.apex, elsewhere: parent, zones: own };
  const zones = parent.length > 0 ? parent : own;
  if (!differ(cached, zones)) return undefined;
  return { kind: 'resolvers-differ', zone: zone.apex, elsewhere: cached, zones };
}

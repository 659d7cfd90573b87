import {
  type Answer,
  authorityOf,
  type Delegation,
  failure,
  nameserversIn,
  type RecordQuestion,
  type Referral,
  referralIn,
} from './answer';
import { formatEndpoint, type Loopback, mayBeAsked, type SocketEndpoint } from './endpoint';
import { hedged } from './hedge';
import { LIMITS } from './limits';
import type { Reply } from './message';
import { expectedZones, type NameFindings, nameFindings, type Server, zoneOf } from './name-findings';
import { isAbove, isWithin, labels, namesBetween } from './names';
import type { ResolverLookup } from './resolvers';
import type { Round } from './round';
import { type Source, Zone } from './zone';

/** Where servers are looked for. */
export interface Network {
  readonly round: Round;
  readonly lookup: ResolverLookup;
  readonly port: number;
  /** Whether DNS may name servers on this machine and its link. */
  readonly loopback: Loopback;
  /** Servers to ask instead of discovered ones; empty: discover. */
  readonly nameservers: readonly SocketEndpoint[];
  /** Whether there are resolvers to discover with. */
  readonly canDiscover: boolean;
  /** Referrals of top-level domains in this round, by the zone that they lead to: they are not asked again. */
  readonly referrals: Map<string, Referral>;
  /** Searches the name that an alias leads to, so many aliases after the first name. */
  readonly visit: (name: string, depth: number) => Promise<void>;
}

type Alias = Extract<Answer, { kind: 'alias' }>;

/** The servers of a zone (a delegation) or of one below it, as a server of the zone names them. */
type Lead = Delegation | Referral;

/** How many servers of a zone are asked at most for what one of them can answer. */
export const WITNESSES = 2;

/** Returns the zone whose SOA a reply has for a name, where that is `apex` or lies below it. */
const zoneIn = (reply: Reply, name: string, apex: string): string | undefined => {
  if (reply.answers.some(({ type }) => type === 'CNAME')) return undefined;
  const own = reply.answers.find(({ type }) => type === 'SOA')?.name.toLowerCase();
  const zone = authorityOf(reply)?.zone ?? own;
  return zone !== undefined && isWithin(name, zone) && isWithin(zone, apex) ? zone : undefined;
};

/**
 * Finds the servers of all zones on the way down to one name, afresh, and asks them for its records. Servers are named by
 * resolvers (of the topmost two labels), by the zone above, by each zone itself, and by referrals to a zone below. Each is
 * asked as soon as its address is known.
 */
export class Discovery {
  private readonly servers = new Map<string, Server>();
  private readonly zones = new Map<string, Zone>();
  private readonly joined = new Set<string>();
  private readonly hostsWithoutAddress = new Set<string>();
  private readonly name: string;
  private readonly absences: number[] = [];
  private lookupProblem: string | undefined;

  constructor(
    private readonly question: RecordQuestion,
    /** How many aliases led here. */
    private readonly depth: number,
    private readonly network: Network,
  ) {
    this.name = question.name;
  }

  /** Asks every server of the name. */
  async run(): Promise<NameFindings> {
    const { nameservers, canDiscover } = this.network;
    if (nameservers.length === 0) await this.discover();
    else {
      const given = this.zoneAt('');
      await Promise.all(nameservers.map((endpoint) => this.join(given, endpoint)));
      const replies = await Promise.all([...this.servers.values()].map(({ reply }) => reply));
      // The servers that were given need not know where an alias leads to.
      if (this.depth > 0 && canDiscover && replies.every(({ answer }) => answer.kind === 'failure')) {
        given.refers = true;
        await this.discover();
      }
    }
    const servers = [...this.servers.values()];
    const asked = servers.filter(({ zones }) => [...zones].some((zone) => !zone.isPassed));
    const answers = asked.map(async (server) => {
      const { answer, roundTripMs } = await server.reply;
      // Which zone a server answers for is known only now.
      const own = answer.kind === 'alias' ? await this.followAlias(server, answer) : answer;
      return { server, answer: own, roundTripMs };
    });
    return nameFindings({
      zones: [...this.zones.values()],
      servers,
      answers: await Promise.all(answers),
      hostsWithoutAddress: this.hostsWithoutAddress,
      lookupProblem: this.lookupProblem,
      absences: this.absences,
    });
  }

  /** Begins at the resolvers. */
  private async discover(): Promise<void> {
    const { lookup } = this.network;
    const parts = labels(this.name);
    const registered = parts.slice(-2).join('.');
    const enterZone = async (zone: string): Promise<string | undefined> => {
      const { problem, ...found } = await lookup.nameserversOf(zone);
      if (found.nameservers.length > 0) await this.enter(found, 'resolvers');
      return problem;
    };
    // Waits for the zone above as well: a server that only it names must not be missed.
    const [problem] = await Promise.all([enterZone(registered), enterZone(parts.at(-1)!)]);
    if (this.zones.size > 0) return;
    this.lookupProblem =
      problem === undefined
        ? `there is no domain ${registered} in DNS: resolvers know no name servers of it.`
        : `the servers of ${registered} could not be found: ${problem}.`;
  }

  private zoneAt(apex: string): Zone {
    const zone = this.zones.get(apex) ?? new Zone(apex);
    this.zones.set(apex, zone);
    return zone;
  }

  /** Adds servers of a zone. */
  private async enter(
    { zone: apex, nameservers, glue }: Delegation,
    source: Source,
    by?: ReadonlySet<string>,
  ): Promise<void> {
    const zone = this.zoneAt(apex);
    zone.claim(nameservers, source, by);
    if (zone.depth < 2 && !zone.serves) return this.askForReferral(zone, nameservers);
    await Promise.all(nameservers.map((host) => this.enterHost(zone, host, glue?.get(host) ?? [])));
  }

  private async enterHost(zone: Zone, host: string, glue: readonly string[]): Promise<void> {
    const { round, lookup, port } = this.network;
    const isKnown = zone.hosts.has(host);
    if (!isKnown && zone.hosts.size >= LIMITS.serversPerZone) {
      round.exceeded.add('serversPerZone');
      return;
    }
    zone.hosts.add(host);
    const joinAll = async (addresses: readonly string[]): Promise<void> => {
      await Promise.all(addresses.map((address) => this.join(zone, { address, port }, host)));
    };
    const lookUp = async (): Promise<void> => {
      const isNeeded = !zone.refers;
      const addresses = await lookup.addressesOf(host, () => isNeeded);
      if (addresses.length === 0) this.hostsWithoutAddress.add(host);
      await joinAll(addresses);
    };
    await Promise.all([joinAll(lookup.learn(host, glue)), isKnown ? undefined : lookUp()]);
  }

  /** Adds an address of a server of a zone, and follows the server's referrals. */
  private async join(zone: Zone, endpoint: SocketEndpoint, host?: string): Promise<void> {
    const server = this.serverAt(zone, endpoint, host);
    const key = `${zone.apex} ${formatEndpoint(endpoint)}`;
    if (!server || server.isForbidden || this.joined.has(key)) return;
    this.joined.add(key);
    const askBelow = async (): Promise<void> => {
      const leads = await Promise.all([
        this.askLeads(endpoint, zone, zone.apex, 'NS'),
        this.askLeads(endpoint, zone, this.name, 'SOA'),
      ]);
      await this.follow(server, zone, leads.flat());
    };
    await Promise.all([this.followReply(server, zone), zone.depth < 2 ? undefined : askBelow()]);
  }

  private serverAt(zone: Zone, endpoint: SocketEndpoint, host?: string): Server | undefined {
    const { round, loopback } = this.network;
    const key = formatEndpoint(endpoint);
    let server = this.servers.get(key);
    if (!server) {
      const isForbidden = host !== undefined && !mayBeAsked(endpoint, 'by-dns', loopback);
      if (!isForbidden && !round.admits(endpoint)) return undefined;
      const zones = new Set([zone]);
      const reply = isForbidden
        ? Promise.resolve({ answer: failure({ kind: 'forbidden-address' }), roundTripMs: 0 })
        : round.askForRecords(endpoint, this.question, 'authoritative', () => this.mustAnswer(zones));
      server = { endpoint, names: new Set(), zones, isForbidden, reply };
      this.servers.set(key, server);
    }
    server.zones.add(zone);
    if (host !== undefined) server.names.add(host);
    return server;
  }

  /** Asks a server of a top-level domain for a referral, and another one if it does not answer in time. */
  private async askForReferral(zone: Zone, hosts: readonly string[]): Promise<void> {
    const { round, lookup, port, referrals } = this.network;
    const known = [...referrals.values()].find((referral) => isWithin(this.name, referral.zone));
    if (known) return this.descend(zone, known);
    const attempts = hosts.slice(0, WITNESSES).map((host) => async (): Promise<Answer | undefined> => {
      const [address] = await lookup.addressesOf(host);
      if (address === undefined) this.hostsWithoutAddress.add(host);
      if (address === undefined || zone.isPassed) return undefined;
      const endpoint = { address, port };
      const server = this.serverAt(zone, endpoint, host);
      if (!server || server.isForbidden) return undefined;
      const isNeeded = (): boolean => !zone.refers;
      const { answer } = await round.askForRecords(endpoint, this.question, 'authoritative', isNeeded);
      return answer.kind === 'failure' ? undefined : answer;
    });
    const answer = await hedged(attempts, round.patienceMs);
    if (answer?.kind === 'referral') {
      if (isAbove(zone.apex, answer.zone)) referrals.set(answer.zone, answer);
      return this.descend(zone, answer);
    }
    if (answer === undefined) return;
    // It answers for the name itself: then all of its servers have to.
    zone.serves = true;
    await this.enter({ zone: zone.apex, nameservers: hosts }, 'resolvers');
  }

  /** Follows a referral to a zone below: the servers of this one need not answer then. */
  private async descend(zone: Zone, referral: Referral): Promise<void> {
    if (!isAbove(zone.apex, referral.zone)) return;
    zone.refers = true;
    this.network.round.reconsider();
    await this.enter(referral, 'parent');
  }

  private async follow({ names }: Server, zone: Zone, leads: readonly Lead[]): Promise<void> {
    await Promise.all(
      leads.map((lead) => ('kind' in lead ? this.descend(zone, lead) : this.enter(lead, 'zone', names))),
    );
  }

  /** Follows a server's answer: a referral, an alias, or the servers of its zone beside it. */
  private async followReply(server: Server, zone: Zone): Promise<void> {
    const { answer, reply } = await server.reply;
    if (answer.kind === 'referral') await this.descend(zone, answer);
    if (answer.kind === 'alias')
      await Promise.all([this.followAlias(server, answer), this.askZonesOfAlias(server, zone)]);
    const owner = reply?.authorities.find(
      ({ type, name }) => type === 'NS' && isWithin(this.name, name),
    )?.name;
    // Servers that were given stay the only ones.
    if (!reply?.authoritative || owner === undefined || zone.apex === '' || !isWithin(owner, zone.apex))
      return;
    const named = { zone: owner.toLowerCase(), nameservers: nameserversIn(reply.authorities, owner) };
    await this.enter(named, 'zone', server.names);
  }

  /** Asks for the servers of the names above an alias, since the alias hides which zone it lies in. */
  private async askZonesOfAlias(server: Server, zone: Zone): Promise<void> {
    const between = zone.depth < 2 ? [] : namesBetween(this.name, zone.apex);
    const leads = await Promise.all(between.map((apex) => this.askLeads(server.endpoint, zone, apex, 'NS')));
    await this.follow(server, zone, leads.flat());
  }

  /** Asks a server of a zone for the servers of a zone (NS), or whether a name lies in a zone below (SOA), which it may serve as well. */
  private async askLeads(
    endpoint: SocketEndpoint,
    zone: Zone,
    name: string,
    type: 'NS' | 'SOA',
  ): Promise<readonly Lead[]> {
    const result = await this.network.round.ask(endpoint, { name, type, recursionDesired: false });
    if ('problem' in result) return [];
    const { reply } = result;
    const referral = referralIn(reply, name);
    if (referral && isAbove(zone.apex, referral.zone)) return [referral];
    if (!reply.authoritative) return [];
    if (type === 'NS') {
      const nameservers = nameserversIn(reply.answers, name);
      return nameservers.length > 0 ? [{ zone: name, nameservers }] : [];
    }
    const found = zoneIn(reply, name, zone.apex);
    if (found !== undefined && found !== zone.apex) return this.askLeads(endpoint, zone, found, 'NS');
    const seconds = found === undefined ? undefined : authorityOf(reply)?.negativeTtlSeconds;
    if (seconds !== undefined) this.absences.push(seconds);
    return [];
  }

  /**
   * Searches the names that an alias leads to.
   * @returns what the server can answer for: the whole chain, or its aliases up to the first name of another zone
   */
  private async followAlias(server: Server, alias: Alias): Promise<Alias> {
    const { targets, atEnd, ttlSeconds } = alias;
    const { apex } = zoneOf(server);
    const outside = targets.findIndex((target) => !isWithin(target, apex));
    const isShort = this.depth + targets.length <= LIMITS.aliasesInChain;
    if (atEnd && outside < 0 && isShort && !(await this.isCutOff(targets.at(-1)!, server))) return alias;
    const own = outside < 0 ? targets : targets.slice(0, outside + 1);
    await this.network.visit(own.at(-1)!, this.depth + own.length);
    return { kind: 'alias', targets: own, ttlSeconds };
  }

  /** Returns whether another zone begins on the way to the end of a server's alias, which is then for that zone's servers. */
  private async isCutOff(end: string, server: Server): Promise<boolean> {
    const zone = zoneOf(server);
    // Servers that were given are asked as they are.
    return zone.apex !== '' && (await this.askLeads(server.endpoint, zone, end, 'SOA')).length > 0;
  }

  private mustAnswer(zones: ReadonlySet<Zone>): boolean {
    return expectedZones([...this.zones.values()]).some((zone) => zones.has(zone));
  }
}

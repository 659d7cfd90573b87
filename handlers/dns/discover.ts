import {
  type Answer,
  authorityOf,
  type Delegation,
  nameserversIn,
  type RecordQuestion,
  type Referral,
  referralIn,
} from './answer';
import { formatEndpoint, type Loopback, mayBeAsked, type SocketEndpoint } from './endpoint';
import { hedged } from './hedge';
import { LIMITS } from './limits';
import type { Reply } from './message';
import { hostList, isAbove, isWithin, labels, namesBetween } from './names';
import type { ResolverLookup } from './resolvers';
import type { AnswerReply, Round, Wait } from './round';
import { type Source, Zone } from './zone';

/** Where servers are looked for. */
export interface Network {
  readonly round: Round;
  readonly lookup: ResolverLookup;
  readonly port: number;
  /** Whether DNS may name servers on this machine and its link. */
  readonly loopback: Loopback;
  /** Referrals of top-level domains in this round, by the zone that they lead to: they are not asked again. */
  readonly referrals: Map<string, Referral>;
}

/** An address to ask for a name, as a server of one zone or of several. */
export interface Server {
  readonly endpoint: SocketEndpoint;
  /** In NS records; none when the address was given. */
  readonly names: Set<string>;
  readonly zones: Set<Zone>;
  readonly isForbidden: boolean;
}

/** What one server of a zone said of a name. */
export interface ServerReply extends AnswerReply {
  readonly server: Server;
}

/** What a server of a zone says of who serves that zone (a delegation) or one below it. */
type Lead = Delegation | Referral;

/** This many servers of a zone are asked at most for what one of them can answer. */
export const WITNESSES = 2;

/** The zone whose SOA a reply shows for a name, where that is `apex` or lies below it. */
const zoneIn = (reply: Reply, name: string, apex: string): string | undefined => {
  if (!reply.authoritative || reply.answers.some(({ type }) => type === 'CNAME')) return undefined;
  const own = reply.answers.find(({ type }) => type === 'SOA')?.name.toLowerCase();
  const zone = authorityOf(reply)?.zone ?? own;
  return zone !== undefined && isWithin(name, zone) && isWithin(zone, apex) ? zone : undefined;
};

/**
 * Finds the servers of all zones on the way down to one name, afresh: what resolvers say of the topmost two labels, what
 * the zone above says, what each zone says of itself, and where one of its servers refers to a zone below. Each server is
 * sent the question for the record as soon as its address is known, so that `ask` finds the answer under way.
 */
export class Discovery {
  readonly servers = new Map<string, Server>();
  readonly zones = new Map<string, Zone>();
  readonly hostsWithoutAddress = new Set<string>();
  /** Seconds for which resolvers remember that the name is not there. */
  absenceSeconds: number | undefined;
  private lookupProblem: string | undefined;

  constructor(
    readonly question: RecordQuestion,
    private readonly network: Network,
  ) {}

  get name(): string {
    return this.question.name;
  }

  /** Begins at the resolvers. */
  async begin(): Promise<void> {
    const { lookup } = this.network;
    const registered = labels(this.name).slice(-2).join('.');
    const fromZone = async (): Promise<void> => {
      const found = await lookup.nameserversOf(registered);
      const serving = found.nameservers.length > 0 ? found : await lookup.nameserversOf(this.topLevel);
      if (serving.nameservers.length > 0) return this.enter(serving, 'resolvers');
      this.lookupProblem =
        found.problem === undefined
          ? `there is no domain ${registered} in DNS: resolvers know no name servers of it.`
          : `the servers of ${registered} could not be found: ${found.problem}.`;
    };
    await Promise.all([fromZone(), this.askAbove()]);
  }

  private get topLevel(): string {
    return labels(this.name).slice(-1).join('.');
  }

  /** Waits for what the zone above says: a server that only it names must not be missed. */
  private async askAbove(): Promise<void> {
    const above = await this.network.lookup.nameserversOf(this.topLevel);
    if (above.problem === undefined) await this.enter(above, 'resolvers');
  }

  /** Takes servers that were given instead. */
  add(servers: readonly SocketEndpoint[]): void {
    const given = this.zoneAt('')!;
    for (const endpoint of servers) this.addServer(given, endpoint, undefined, 'essential');
  }

  /** No longer expects the servers that were given to answer. */
  replaceGiven(): Promise<void> {
    this.zoneAt('')!.refers = true;
    return this.begin();
  }

  /**
   * Follows what servers said beside their answer: referrals, and the servers of their zone.
   * @returns whether that led to further servers
   */
  async learn(answers: readonly ServerReply[]): Promise<boolean> {
    const before = this.servers.size;
    await Promise.all(
      answers.flatMap(({ server, answer, reply }) => [
        ...(answer.kind === 'referral' ? [...server.zones].map((zone) => this.descend(zone, answer)) : []),
        ...(reply ? [this.learnAuthorities(server, reply)] : []),
      ]),
    );
    await this.learnZonesOfAliases(answers);
    return this.servers.size > before;
  }

  private async learnAuthorities({ zones }: Server, { authoritative, authorities }: Reply): Promise<void> {
    const zone = authorities.find(({ type, name }) => type === 'NS' && isWithin(this.name, name))?.name;
    if (!authoritative || zone === undefined) return;
    // Of servers that were given, nobody asks for others.
    if (![...zones].some(({ apex }) => apex !== '' && isWithin(zone, apex))) return;
    await this.enter({ zone: zone.toLowerCase(), nameservers: nameserversIn(authorities, zone) }, 'zone');
  }

  private zoneAt(apex: string): Zone | undefined {
    const known = this.zones.get(apex);
    if (known) return known;
    if (this.zones.size >= LIMITS.zonesPerName) {
      this.network.round.exceeded.add('zonesPerName');
      return undefined;
    }
    const zone = new Zone(apex);
    this.zones.set(apex, zone);
    return zone;
  }

  /** Takes servers of a zone, and follows what each of them says of delegations. */
  private async enter(delegation: Delegation, source: Source): Promise<void> {
    const { zone: apex, nameservers, glue } = delegation;
    const zone = this.zoneAt(apex);
    if (!zone) return;
    zone.name(nameservers, source);
    if (zone.depth < 2 && !zone.serves) return this.askWayDown(zone, nameservers);
    await Promise.all(nameservers.map((host) => this.enterHost(zone, host, glue?.get(host) ?? [])));
  }

  private async enterHost(zone: Zone, name: string, glue: readonly string[]): Promise<void> {
    const { round, lookup } = this.network;
    const isKnown = zone.hosts.has(name);
    if (!isKnown && zone.hosts.size >= LIMITS.serversPerZone) {
      round.exceeded.add('serversPerZone');
      return;
    }
    zone.hosts.add(name);
    const enterAll = async (addresses: readonly string[]): Promise<void> => {
      await Promise.all(addresses.map((address) => this.enterAddress(zone, name, address)));
    };
    const fromResolvers = async (): Promise<void> => {
      if (isKnown) return;
      const addresses = await lookup.addressesOf(name, zone.refers ? 'optional' : 'essential');
      if (addresses.length > 0) return enterAll(addresses);
      this.hostsWithoutAddress.add(name);
    };
    await Promise.all([enterAll(lookup.learn(name, glue)), fromResolvers()]);
  }

  private async enterAddress(zone: Zone, name: string, address: string): Promise<void> {
    const endpoint = { address, port: this.network.port };
    const isNew = !this.servers.get(formatEndpoint(endpoint))?.zones.has(zone);
    const server = this.addServer(zone, endpoint, name, zone.refers ? 'optional' : 'essential');
    if (isNew && server && !server.isForbidden) await this.followDelegations(server, zone);
  }

  private addServer(
    zone: Zone,
    endpoint: SocketEndpoint,
    name: string | undefined,
    wait: Wait,
  ): Server | undefined {
    const { round, loopback } = this.network;
    const key = formatEndpoint(endpoint);
    const known = this.servers.get(key);
    if (known) {
      known.zones.add(zone);
      if (name !== undefined) known.names.add(name);
      return known;
    }
    if (this.servers.size >= LIMITS.addressesPerName) {
      round.exceeded.add('addressesPerName');
      return undefined;
    }
    const isForbidden = name !== undefined && !mayBeAsked(endpoint, 'by-dns', loopback);
    if (!isForbidden && !round.admits(endpoint)) return undefined;
    const names = new Set(name === undefined ? [] : [name]);
    const server = { endpoint, names, zones: new Set([zone]), isForbidden };
    this.servers.set(key, server);
    if (!isForbidden) void round.askForRecords(endpoint, this.question, 'authoritative', wait);
    return server;
  }

  /** Asks a server of a top-level domain for the way down, and another one if it does not answer in time. */
  private async askWayDown(zone: Zone, hosts: readonly string[]): Promise<void> {
    const { round, lookup, referrals } = this.network;
    const known = [...referrals.values()].find((referral) => isWithin(this.name, referral.zone));
    if (known) return this.descend(zone, known);
    const attempts = hosts.slice(0, WITNESSES).map((host) => async (): Promise<Answer | undefined> => {
      const [address] = await lookup.someAddressesOf(host);
      if (address === undefined) {
        this.hostsWithoutAddress.add(host);
        return undefined;
      }
      if (zone.isPassed) return undefined;
      const endpoint = { address, port: this.network.port };
      const server = this.addServer(zone, endpoint, host, 'essential');
      if (!server || server.isForbidden) return undefined;
      const { answer } = await round.askForRecords(
        endpoint,
        this.question,
        'authoritative',
        zone.refers ? 'optional' : 'essential',
      );
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
    const idle = new Set(
      [...this.servers].flatMap(([key, server]) => (this.mustAnswer(server) ? [] : [key])),
    );
    this.network.round.demote((question, server) => question.name === this.name && idle.has(server));
    await this.enter(referral, 'parent');
  }

  /** Asks a server of a zone who its servers are, and whether the name lies in a zone below, which it may serve as well. */
  private async followDelegations({ endpoint }: Server, zone: Zone): Promise<void> {
    if (zone.depth < 2) return;
    const found = await Promise.all([
      this.askNameservers(endpoint, zone, zone.apex),
      this.askZoneBelow(endpoint, zone),
    ]);
    await this.follow(
      zone,
      found.flatMap((leads) => leads ?? []),
    );
  }

  private async follow(zone: Zone, leads: readonly Lead[]): Promise<void> {
    await Promise.all(
      leads.map((lead) => ('kind' in lead ? this.descend(zone, lead) : this.enter(lead, 'zone'))),
    );
  }

  /**
   * Asks a server of a zone who serves `apex`, that zone or one below it.
   * @returns undefined if it has not answered with authority
   */
  private async askNameservers(
    endpoint: SocketEndpoint,
    zone: Zone,
    apex: string,
  ): Promise<readonly Lead[] | undefined> {
    const question = { name: apex, type: 'NS', recursionDesired: false } as const;
    const result = await this.network.round.ask(endpoint, question);
    if ('problem' in result) return undefined;
    const { reply } = result;
    const referral = referralIn(reply, apex);
    if (referral && isAbove(zone.apex, referral.zone)) return [referral];
    if (!reply.authoritative) return undefined;
    const nameservers = nameserversIn(reply.answers, apex);
    return nameservers.length > 0 ? [{ zone: apex, nameservers }] : [];
  }

  /** Whether another zone begins on the way to the end of a server's alias: then the server cannot answer for it. */
  async isCutOff(end: string, server: Server): Promise<boolean> {
    const zone = zoneOf(server);
    // Servers that were given are asked as they are.
    if (zone.apex === '') return false;
    const leads = await this.askZoneBelow(server.endpoint, zone, end);
    return leads !== undefined && leads.length > 0;
  }

  /**
   * Asks a server of a zone whether a name lies in a zone below, which it may serve as well, and who serves that.
   * @returns undefined if it has not answered with authority
   */
  private async askZoneBelow(
    endpoint: SocketEndpoint,
    zone: Zone,
    name = this.name,
  ): Promise<readonly Lead[] | undefined> {
    const question = { name, type: 'SOA', recursionDesired: false } as const;
    const result = await this.network.round.ask(endpoint, question);
    if ('problem' in result) return undefined;
    const { reply } = result;
    const referral = referralIn(reply, name);
    if (referral && isAbove(zone.apex, referral.zone)) return [referral];
    if (!reply.authoritative) return undefined;
    const found = zoneIn(reply, name, zone.apex);
    if (found === undefined) return [];
    if (found !== zone.apex) return this.askNameservers(endpoint, zone, found);
    const seconds = authorityOf(reply)?.negativeTtlSeconds;
    if (seconds !== undefined) this.absenceSeconds = Math.max(seconds, this.absenceSeconds ?? 0);
    return [];
  }

  /** Asks each server that has an alias who serves the names above it: the alias hides which zone it lies in. */
  private async learnZonesOfAliases(answers: readonly ServerReply[]): Promise<void> {
    const askAbove = async ({ endpoint }: Server, zone: Zone): Promise<void> => {
      const between = zone.depth < 2 ? [] : namesBetween(this.name, zone.apex);
      const found = await Promise.all(between.map((apex) => this.askNameservers(endpoint, zone, apex)));
      await this.follow(
        zone,
        found.flatMap((leads) => leads ?? []),
      );
    };
    const servers = answers.flatMap(({ server, answer }) => (answer.kind === 'alias' ? [server] : []));
    await Promise.all(servers.map((server) => askAbove(server, zoneOf(server))));
  }

  /** Whether the servers of a zone have to answer for the name: not where others have shown the way down. */
  expects({ depth, refers, serves }: Zone): boolean {
    const deepest = Math.max(...[...this.zones.values()].map((zone) => zone.depth));
    return serves || (!refers && (depth >= 2 || depth === deepest));
  }

  mustAnswer({ zones }: Server): boolean {
    return [...zones].some((zone) => this.expects(zone));
  }

  /** Why nobody could be asked; a sentence. */
  get problem(): string | undefined {
    const hosts = this.hostsWithoutAddress;
    const withoutAddress =
      hosts.size > 0 ? `no address is known of its name servers ${hostList([...hosts].sort())}.` : undefined;
    return this.lookupProblem ?? withoutAddress;
  }
}

/** Returns the deepest zone that a server was asked as a server of. */
export const zoneOf = ({ zones }: Server): Zone => [...zones].sort((a, b) => b.depth - a.depth)[0]!;

const byText = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

export const nameOf = ({ names }: Server): string | undefined => [...names].sort()[0];

/** Sorts by name and address. Servers that were given stay in the order of the list. */
export const inOrder = (a: Server, b: Server): number =>
  byText(nameOf(a) ?? '', nameOf(b) ?? '') ||
  (a.names.size === 0 ? 0 : byText(formatEndpoint(a.endpoint), formatEndpoint(b.endpoint)));

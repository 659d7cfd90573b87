import {
  type Delegation,
  isWithin,
  nameserversIn,
  type Referral,
  referralIn,
  type TxtAnswer,
} from './answer';
import type { SocketEndpoint } from './endpoint';
import { hedged, Inquiry, WITNESSES, Witnesses } from './inquiry';
import { LIMITS } from './limits';
import { type Reply, sameName } from './message';
import {
  askLocation,
  between,
  type Host,
  hostList,
  isAbove,
  labels,
  type Network,
  type Source,
  type Visit,
  Visits,
  Zone,
  zoneOf,
} from './zone';

/** What one round found out of one name. */
export type NameFindings = ReturnType<NameSearch['results']>;

export interface SearchEvents {
  /** A server is asked as one of `zone`. */
  asked(endpoint: SocketEndpoint, zone: string): void;
  /** A server of `zone` has answered for the name. */
  answered(endpoint: SocketEndpoint, answer: TxtAnswer, zone: string): void;
}

/**
 * Asks everybody who may be asked for one name: all addresses of all servers of its zone. It starts from what resolvers
 * say of the topmost two labels, asks those servers, and goes down wherever one of them refers to others, since only
 * they know of a delegation below the domain. In the same breath it asks the zone above and the zone itself who its
 * servers are, since a resolver may tell what was true yesterday.
 */
export class NameSearch {
  private readonly zones = new Map<string, Zone>();
  private readonly visits: Visits;
  private readonly homeless = new Set<string>();
  private bootstrapProblem: string | undefined;
  private absenceSeconds: number | undefined;

  constructor(
    readonly name: string,
    private readonly network: Network,
    private readonly events: SearchEvents,
  ) {
    this.visits = new Visits(name, network, {
      asked: (...server) => this.noteAsked(...server),
      replied: (visit, reply) => this.heedAuthority(visit, reply),
      heed: (...answer) => this.heed(...answer),
    });
  }

  begin(): void {
    const { round, bootstrap } = this.network;
    const top = labels(this.name).slice(-1).join('.');
    const registered = labels(this.name).slice(-2).join('.');
    const lower = bootstrap.nameserversOf(registered);
    const upper = bootstrap.nameserversOf(top);
    round.tasks.run(true, async () => {
      const found = await lower;
      const serving = found.nameservers.length > 0 ? found : await upper;
      if (serving.nameservers.length > 0) return this.enter(serving, 'resolvers');
      this.bootstrapProblem =
        found.problem === undefined
          ? `there is no domain ${registered} in DNS: resolvers know no name servers of it.`
          : `the servers of ${registered} could not be found: ${found.problem}.`;
    });
    round.tasks.run(false, async () => {
      const above = await upper;
      if (above.problem === undefined) this.enter(above, 'resolvers', false);
    });
  }

  /** Asks the given servers; if none of them answers for the name, and `discover`, looks for others. */
  beginAt(servers: readonly SocketEndpoint[], discover: boolean): void {
    const given = this.zoneAt('')!;
    for (const endpoint of servers) this.visits.visit(endpoint, given, true);
    if (!discover) return;
    this.network.round.tasks.run(true, async () => {
      const { round } = this.network;
      await Promise.all(servers.map((endpoint) => round.askForTexts(endpoint, this.name, 'authoritative')));
      if (given.serves || given.refers) return;
      given.refers = true;
      this.begin();
    });
  }

  private noteAsked({ endpoint, name = '' }: Visit, zone: Zone, isAwaited: boolean): void {
    this.events.asked(endpoint, zone.apex);
    if (zone.depth >= 2) zone.witnesses.offer(name, endpoint, isAwaited);
  }

  private zoneAt(apex: string): Zone | undefined {
    const known = this.zones.get(apex);
    if (known) return known;
    if (this.zones.size >= LIMITS.zonesPerName) {
      this.network.round.exceeded.add('zonesPerName');
      return undefined;
    }
    const { round } = this.network;
    const delegations = new Inquiry(round, (endpoint) => this.askDelegations(endpoint, zone));
    const zone: Zone = new Zone(apex, new Witnesses(round, delegations));
    this.zones.set(apex, zone);
    return zone;
  }

  /**
   * Asks the servers of a zone, those that were not asked yet.
   * @param essential whether the end waits for the way down from a top-level domain
   */
  private enter({ zone: apex, nameservers, glue }: Delegation, source: Source, essential = true): void {
    const zone = this.zoneAt(apex);
    if (!zone) return;
    zone.name(nameservers, source);
    if (zone.depth < 2 && !zone.serves) {
      this.askTheWay(zone, nameservers, essential);
      return;
    }
    if (zone.depth >= 2) zone.witnesses.expect(nameservers);
    for (const name of nameservers) this.enterHost(zone, name, glue?.get(name) ?? []);
  }

  /** Asks a server of a top-level domain for the way down, and another one if it does not show it in time: it is theirs to know. */
  private askTheWay(zone: Zone, hosts: readonly string[], essential: boolean): void {
    const { round, bootstrap, referrals } = this.network;
    const told = [...referrals.values()].find((referral) => isWithin(this.name, referral.zone));
    if (told) {
      this.goDown(zone, told);
      return;
    }
    const attempts = hosts.slice(0, WITNESSES).map((name) => async () => {
      round.tasks.renewGrace();
      const addresses = await bootstrap.someAddressesOf(name);
      if (addresses.length === 0) this.homeless.add(name);
      await Promise.all(this.visits.visitAll(zone, name, addresses.slice(0, 1), essential));
      return zone.refers || zone.serves || undefined;
    });
    zone.tasks.push(
      round.tasks.run(essential, async () => {
        await hedged(attempts, round.patienceMs);
      }),
    );
  }

  private enterHost(zone: Zone, name: string, glue: readonly string[]): void {
    const known = zone.hosts.get(name);
    if (known) {
      // The zone above may tell an address sooner than resolvers do, and it is enough to go on with.
      if (glue.length > 0) known.lookup?.demote();
      this.visits.visitAll(zone, name, glue);
      return;
    }
    if (zone.hosts.size >= LIMITS.serversPerZone) {
      this.network.round.exceeded.add('serversPerZone');
      return;
    }
    const host: Host = {};
    zone.hosts.set(name, host);
    this.visits.visitAll(zone, name, glue);
    const { round, bootstrap } = this.network;
    // A referral's addresses need not be all there are.
    host.lookup = round.tasks.run(!zone.refers && glue.length === 0, async () => {
      const addresses = await bootstrap.addressesOf(name);
      this.visits.visitAll(zone, name, addresses);
      if (![...addresses, ...glue].some((address) => this.visits.isOfFamily(address)))
        this.homeless.add(name);
      zone.witnesses.lack(name);
    });
    zone.tasks.push(host.lookup);
  }

  /** Many servers tell with an answer who the servers of its zone are. */
  private heedAuthority({ zones }: Visit, { authoritative, authorities }: Reply): void {
    const zone = authorities.find(({ type, name }) => type === 'NS' && isWithin(this.name, name))?.name;
    if (!authoritative || zone === undefined) return;
    const delegation = { zone: zone.toLowerCase(), nameservers: nameserversIn(authorities, zone) };
    for (const { apex } of zones) {
      // Of servers that were given, nobody asks for others.
      if (apex !== '' && (sameName(apex, zone) || isAbove(apex, zone))) {
        this.enter(delegation, 'zone');
        return;
      }
    }
  }

  /** Goes on from an answer, for every zone that the server was asked as a server of. */
  private heed(visit: Visit, answer: TxtAnswer): void {
    if (answer.kind === 'failure') return;
    if (answer.kind === 'referral') {
      for (const zone of visit.zones) {
        if (!isAbove(zone.apex, answer.zone)) continue;
        this.goDown(zone, answer);
        const { referrals } = this.network;
        if (zone.isPassed && !referrals.has(answer.zone)) referrals.set(answer.zone, answer);
      }
      return;
    }
    for (const zone of visit.zones) {
      zone.serves = true;
      // A top-zone domain that answers itself: then all of its servers have to.
      for (const [source, names] of zone.named)
        this.enter({ zone: zone.apex, nameservers: [...names] }, source);
    }
    if (answer.kind === 'none') this.noteAbsence(answer.ttlSeconds);
    this.events.answered(visit.endpoint, answer, zoneOf(visit));
  }

  /** Some server refers to a zone below: those of this one need not answer. */
  private goDown(zone: Zone, referral: Referral): void {
    zone.refers = true;
    this.enter(referral, 'parent');
    for (const task of zone.tasks) {
      if (zone.isPassed) task.abandon();
      else task.demote();
    }
  }

  /**
   * Asks a server whether the name lies in a zone below this one, which it may serve as well, and who the servers of
   * that one, and of this one, are.
   */
  private async askDelegations(endpoint: SocketEndpoint, zone: Zone): Promise<boolean> {
    const own = this.askServersOf(endpoint, zone.apex, zone.apex);
    const location = await askLocation(this.network.round, endpoint, this.name, zone.apex);
    this.noteAbsence(location?.absenceSeconds);
    // An alias hides it: then every name on the way is asked for.
    const below =
      location === undefined
        ? between(this.name, zone.apex)
        : [location.apex].filter((apex) => apex !== zone.apex);
    const answered = await Promise.all([
      own,
      ...below.map((apex) => this.askServersOf(endpoint, zone.apex, apex)),
    ]);
    return answered.every(Boolean);
  }

  /**
   * Asks a server of the zone `above` who serves `apex`, the same or one below it.
   * @returns whether it has answered, and with authority, whatever it was
   */
  private async askServersOf(endpoint: SocketEndpoint, above: string, apex: string): Promise<boolean> {
    const { round } = this.network;
    const result = await round.ask(endpoint, { name: apex, type: 'NS', recursionDesired: false });
    if (!('reply' in result)) return false;
    const { reply } = result;
    const referral = referralIn(reply, apex);
    if (referral && isAbove(above, referral.zone)) {
      this.enter(referral, 'parent');
      return true;
    }
    const nameservers = reply.authoritative ? nameserversIn(reply.answers, apex) : [];
    if (nameservers.length > 0) this.enter({ zone: apex, nameservers }, 'zone');
    return reply.authoritative;
  }

  noteAbsence(seconds: number | undefined): void {
    if (seconds === undefined) return;
    this.absenceSeconds = Math.max(seconds, this.absenceSeconds ?? 0);
  }

  results() {
    const zones = [...this.zones.values()];
    // The zone cut: the deepest zone whose servers answered for the name.
    const [cut] = zones
      .filter(({ serves, apex }) => serves && apex !== '')
      .sort((a, b) => b.apex.length - a.apex.length);
    const homeless = [...this.homeless].sort();
    const withoutAddress =
      homeless.length > 0 ? `no address is known of its name servers ${hostList(homeless)}.` : undefined;
    return {
      zone: cut?.apex,
      findings: this.visits.findings(zones),
      /** Servers of the zone that have no address which may be asked. */
      unaddressed: homeless.filter((host) => cut?.hosts.has(host)),
      /** Servers that resolvers still name, and neither the zone nor the one above does. */
      former: cut?.formerServers() ?? [],
      /** Why nobody could be asked; a sentence. */
      problem: this.bootstrapProblem ?? withoutAddress,
      disagreement: cut?.disagreement(),
      /** Seconds for which resolvers remember that something is not there. */
      absenceSeconds: this.absenceSeconds,
    };
  }
}

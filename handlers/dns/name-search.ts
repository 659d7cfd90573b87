import { isIPv4, isIPv6 } from 'node:net';
import {
  type Asked,
  authorityOf,
  type Finding,
  isWithin,
  nameserversIn,
  readTxtReply,
  referralIn,
  type TxtAnswer,
} from './answer';
import { formatEndpoint, type Loopback, mayBeAsked, type SocketEndpoint } from './endpoint';
import {
  between,
  type Disagreement,
  disagreementOn,
  formerServers,
  type Glue,
  type Host,
  isAbove,
  type Level,
  labels,
  type Source,
  type Visit,
} from './level';
import { LIMITS } from './limits';
import { isPlainName, type Reply, sameName } from './message';
import type { Bootstrap } from './resolvers';
import { Inquiry, type Round, WITNESSES } from './round';
import { hedged, type Task } from './tasks';

/** Where names are looked for. */
export interface Network {
  readonly round: Round;
  readonly bootstrap: Bootstrap;
  /** Port of discovered servers. */
  readonly port: number;
  /** What DNS may name as servers. */
  readonly loopback: Loopback;
  /** Addresses of the other family are left out; `ipv4-first`: unless a server has no others. */
  readonly family: 'any' | 'ipv4' | 'ipv6' | 'ipv4-first';
}

/** What is done with what a search meets. */
export interface SearchEvents {
  /** An alias leads to `target`, the `hops`th name after this one. */
  alias(target: string, hops: number): void;
  /** A server is asked as one of `zone`. */
  asked(endpoint: SocketEndpoint, zone: string): void;
  /** A server of `zone` has answered for the name. */
  answered(endpoint: SocketEndpoint, answer: TxtAnswer, zone: string): void;
}

/** What a search has found, when its round has ended. */
export interface NameFindings {
  /** The zone cut. */
  readonly zone?: string;
  readonly findings: readonly Finding[];
  /** Servers of the zone that have no address which may be asked. */
  readonly unaddressed: readonly string[];
  /** Servers that resolvers still name, and neither the zone nor the one above does. */
  readonly former: readonly string[];
  /** Why nobody could be asked; a sentence. */
  readonly problem?: string;
  readonly disagreement?: Disagreement;
  /** Seconds for which resolvers remember that something is not there. */
  readonly absenceSeconds?: number;
}

const NO_GLUE: Glue = new Map();

/**
 * Asks everybody who may be asked for one name: all addresses of all servers of its zone. It starts from what resolvers
 * say of the topmost two labels, asks those servers, and goes down wherever one of them refers to others, since only
 * they know of a delegation below the domain. In the same breath it asks the zone above and the zone itself who its
 * servers are, since a resolver may tell what was true yesterday.
 */
export class NameSearch {
  private readonly levels = new Map<string, Level>();
  private readonly visits = new Map<string, Visit>();
  private readonly homeless = new Set<string>();
  /** Ends of aliases that lie in a zone of their own: who has the alias cannot vouch for them. */
  private readonly cutOff = new Set<string>();
  private readonly ends = new Map<string, Inquiry<SocketEndpoint>>();
  private bootstrapProblem: string | undefined;
  private absenceSeconds: number | undefined;

  constructor(
    readonly name: string,
    private readonly network: Network,
    private readonly events: SearchEvents,
    /** Aliases on the way to this name. */
    private readonly depth = 0,
  ) {}

  /** Discovers the servers. */
  begin(): void {
    const { round, bootstrap } = this.network;
    const top = labels(this.name).slice(-1).join('.');
    const registered = labels(this.name).slice(-2).join('.');
    const lower = bootstrap.nameserversOf(registered);
    const upper = bootstrap.nameserversOf(top);
    round.tasks.run(true, async () => {
      const found = await lower;
      if (!('problem' in found) && found.length > 0)
        return this.enter(registered, found, NO_GLUE, 'resolvers', true);
      const above = await upper;
      if (!('problem' in above) && above.length > 0)
        return this.enter(top, above, NO_GLUE, 'resolvers', true);
      this.bootstrapProblem =
        'problem' in found
          ? `the servers of ${registered} could not be found: ${found.problem}.`
          : `there is no domain ${registered} in DNS: resolvers know no name servers of it.`;
    });
    round.tasks.run(false, async () => {
      const above = await upper;
      if (!('problem' in above)) this.enter(top, above, NO_GLUE, 'resolvers', false);
    });
  }

  /** Asks the given servers; if none of them answers for the name, and `discover`, looks for others. */
  beginAt(servers: readonly SocketEndpoint[], discover: boolean): void {
    const level = this.level('')!;
    for (const endpoint of servers) this.visit({ endpoint, role: 'authoritative' }, level, true);
    if (!discover) return;
    this.network.round.tasks.run(true, async () => {
      const question = { name: this.name, type: 'TXT', recursionDesired: false } as const;
      await Promise.all(servers.map((endpoint) => this.network.round.ask(endpoint, question)));
      if (level.serves || level.refers) return;
      level.refers = true;
      this.begin();
    });
  }

  private level(apex: string): Level | undefined {
    const known = this.levels.get(apex);
    if (known) return known;
    if (this.levels.size >= LIMITS.zonesPerName) {
      this.network.round.exceed('zonesPerName');
      return undefined;
    }
    const level: Level = {
      apex,
      named: new Map(),
      hosts: new Map(),
      witnesses: new Set(),
      delegations: new Inquiry(this.network.round, (endpoint) => this.askDelegations(endpoint, level)),
      tasks: [],
      refers: false,
      serves: false,
    };
    this.levels.set(apex, level);
    return level;
  }

  /** Asks the servers of a zone, those that were not asked yet. */
  private enter(
    apex: string,
    hosts: readonly string[],
    glue: Glue,
    source: Source,
    essential: boolean,
  ): void {
    const level = this.level(apex);
    if (!level) return;
    level.named.set(source, hosts);
    if (labels(apex).length < 2 && !level.serves) this.askTheWay(level, hosts, essential);
    else
      for (const host of hosts) this.enterHost(level, host, glue.get(host) ?? [], essential && !level.refers);
  }

  /** Asks a server of a top-level domain for the way down, and another one if it does not show it in time: it is theirs to know. */
  private askTheWay(level: Level, hosts: readonly string[], essential: boolean): void {
    const { round, bootstrap } = this.network;
    const attempts = hosts.slice(0, WITNESSES).map((name) => async () => {
      round.tasks.renewGrace();
      const addresses = await bootstrap.someAddressesOf(name);
      if (addresses.length === 0) this.homeless.add(name);
      await Promise.all(this.visitAll(level, { name, essential }, addresses.slice(0, 1)));
      return level.refers || level.serves || undefined;
    });
    level.tasks.push(
      round.tasks.run(essential, async () => {
        await hedged(attempts, round.patienceMs);
      }),
    );
  }

  private enterHost(level: Level, name: string, glue: readonly string[], essential: boolean): void {
    const known = level.hosts.get(name);
    if (known) {
      if (essential && !known.essential) this.promote(level, known);
      // The zone above may tell an address sooner than resolvers do, and it is enough to go on with.
      if (glue.length > 0) known.lookup?.demote();
      this.visitAll(level, known, glue);
      return;
    }
    if (level.hosts.size >= LIMITS.serversPerZone) {
      this.network.round.exceed('serversPerZone');
      return;
    }
    const host: Host = { name, essential };
    level.hosts.set(name, host);
    this.visitAll(level, host, glue);
    const { round, bootstrap } = this.network;
    // A referral's addresses need not be all there are.
    host.lookup = round.tasks.run(essential && glue.length === 0, async () => {
      const addresses = await bootstrap.addressesOf(name);
      this.visitAll(level, host, addresses);
      if (![...addresses, ...glue].some((address) => this.isOfFamily(address))) this.homeless.add(name);
    });
    level.tasks.push(host.lookup);
  }

  private promote(level: Level, host: Host): void {
    host.essential = true;
    host.lookup?.promote();
    for (const { asked, levels, task } of this.visits.values()) {
      const isOurs = asked.name === host.name && levels.has(level);
      if (isOurs && this.network.round.isResponsive(asked.endpoint)) task?.promote();
    }
  }

  private isOfFamily(address: string): boolean {
    const { family } = this.network;
    return family === 'any' || family === 'ipv4-first' || (family === 'ipv6') === isIPv6(address);
  }

  private visitAll(
    level: Level,
    { name, essential }: Host,
    addresses: readonly string[],
  ): (Promise<void> | undefined)[] {
    const { port, family } = this.network;
    const ours = addresses.filter((address) => this.isOfFamily(address));
    const four = ours.filter(isIPv4);
    return (family === 'ipv4-first' && four.length > 0 ? four : ours).map((address) => {
      const asked = { endpoint: { address, port }, name, role: 'authoritative' } as const;
      return this.visit(asked, level, essential && !level.refers)?.done;
    });
  }

  private visit(
    asked: Asked & { endpoint: SocketEndpoint },
    level: Level,
    essential: boolean,
  ): Task | undefined {
    const { round, loopback } = this.network;
    const { endpoint } = asked;
    const worthWaiting = essential && round.isResponsive(endpoint);
    const key = formatEndpoint(endpoint);
    const known = this.visits.get(key);
    if (known) {
      if (worthWaiting) known.task?.promote();
      // What it said has been heeded for this zone: doing so again could go in circles.
      if (known.levels.has(level)) return known.task;
      known.levels.add(level);
      if (known.finding) this.heed(known, endpoint, known.finding.answer);
      return known.task;
    }
    if (isPassed(level)) return undefined;
    if (this.visits.size >= LIMITS.addressesPerName) {
      round.exceed('addressesPerName');
      return undefined;
    }
    const visit: Visit = { asked, levels: new Set([level]) };
    if (asked.name !== undefined && !mayBeAsked(endpoint, 'by-dns', loopback)) {
      this.visits.set(key, visit);
      const answer: TxtAnswer = { kind: 'failure', problem: { kind: 'forbidden-address' } };
      visit.finding = { asked, answer, roundTripMs: 0 };
      return undefined;
    }
    if (!round.admits(endpoint)) return undefined;
    this.visits.set(key, visit);
    visit.task = round.tasks.run(worthWaiting, () => this.ask(visit, endpoint));
    level.tasks.push(visit.task);
    this.events.asked(endpoint, level.apex);
    const { name = '' } = asked;
    if (labels(level.apex).length >= 2 && !level.witnesses.has(name)) {
      level.witnesses.add(name);
      level.delegations.offer(endpoint, worthWaiting);
    }
    return visit.task;
  }

  private async ask(visit: Visit, endpoint: SocketEndpoint): Promise<void> {
    const question = { name: this.name, type: 'TXT', recursionDesired: false } as const;
    const result = await this.network.round.ask(endpoint, question);
    const answer: TxtAnswer =
      'reply' in result
        ? readTxtReply(result.reply, this.name, 'authoritative')
        : { kind: 'failure', problem: result.problem };
    visit.finding = { asked: visit.asked, answer, roundTripMs: result.roundTripMs };
    if ('reply' in result) this.heedAuthority(visit, result.reply);
    this.heed(visit, endpoint, answer);
  }

  /** Many servers tell with an answer who the servers of its zone are. */
  private heedAuthority({ levels }: Visit, { authoritative, authorities }: Reply): void {
    const zone = authorities.find(({ type, name }) => type === 'NS' && isWithin(this.name, name))?.name;
    if (!authoritative || zone === undefined) return;
    const hosts = nameserversIn(authorities, zone);
    for (const { apex } of levels) {
      // Of servers that were given, nobody asks for others.
      if (apex !== '' && (sameName(apex, zone) || isAbove(apex, zone))) {
        this.enter(zone.toLowerCase(), hosts, NO_GLUE, 'zone', true);
        return;
      }
    }
  }

  /** Goes on from an answer, for every zone that the server was asked as a server of. */
  private heed(visit: Visit, endpoint: SocketEndpoint, answer: TxtAnswer): void {
    if (answer.kind === 'failure') return;
    if (answer.kind === 'referral') {
      for (const level of visit.levels) {
        if (!isAbove(level.apex, answer.zone)) continue;
        level.refers = true;
        this.enter(answer.zone, answer.nameservers, answer.glue, 'parent', true);
        for (const task of level.tasks) {
          if (isPassed(level)) task.abandon();
          else task.demote();
        }
      }
      return;
    }
    for (const level of visit.levels) {
      level.serves = true;
      // A top-level domain that answers itself: then all of its servers have to.
      for (const [source, hosts] of level.named) this.enter(level.apex, hosts, NO_GLUE, source, true);
    }
    const zone = zoneOf(visit);
    if (answer.kind === 'none') this.noteAbsence(answer.ttlSeconds);
    this.events.answered(endpoint, answer, zone);
    if (answer.kind === 'alias') this.follow(endpoint, answer, zone);
  }

  /** Goes where aliases lead; all that one answer holds at once. */
  private follow(
    endpoint: SocketEndpoint,
    { targets, atEnd }: Extract<TxtAnswer, { kind: 'alias' }>,
    zone: string,
  ): void {
    const outside = targets.findIndex((target) => !isWithin(target, zone));
    const end = targets.at(-1)!;
    if (outside >= 0) {
      for (const [at, target] of targets.entries()) {
        if (at >= outside) this.events.alias(target, at + 1);
      }
      return;
    }
    if (!atEnd || this.cutOff.has(end) || this.isTooFar(targets)) {
      this.events.alias(end, targets.length);
      return;
    }
    // It is its own zone's data, unless another zone begins on the way: some of the servers are asked for that.
    if (zone === '') return;
    const inquiry =
      this.ends.get(end) ??
      new Inquiry(this.network.round, async (server: SocketEndpoint) => {
        const below = await this.zoneBelow(server, end, zone);
        if (below === undefined) return false;
        if (below === zone) return true;
        this.cutOff.add(end);
        this.events.alias(end, targets.length);
        return true;
      });
    this.ends.set(end, inquiry);
    inquiry.offer(endpoint, true);
  }

  private isTooFar(targets: readonly string[]): boolean {
    return this.depth + targets.length > LIMITS.aliasesInChain;
  }

  /** Whether what a server shows at the end of an alias is its own to tell. */
  private vouches({ asked, answer, ...rest }: Finding, zone: string): Finding {
    if (answer.kind !== 'alias') return { asked, answer, ...rest };
    const { atEnd: _, ...alias } = answer;
    const outside = answer.targets.findIndex((target) => !isWithin(target, zone));
    const own = outside < 0 && !this.cutOff.has(answer.targets.at(-1)!) && !this.isTooFar(answer.targets);
    if (own && answer.atEnd) return { asked, answer, ...rest };
    const targets = outside < 0 ? answer.targets : answer.targets.slice(0, outside + 1);
    return { asked, answer: { ...alias, targets }, ...rest };
  }

  /** The zone that a server of `zone` says a name lies in; undefined if it does not say. */
  private async zoneBelow(endpoint: SocketEndpoint, name: string, zone: string): Promise<string | undefined> {
    const result = await this.network.round.ask(endpoint, { name, type: 'SOA', recursionDesired: false });
    if (!('reply' in result)) return undefined;
    const { reply } = result;
    const referral = referralIn(reply, name);
    if (referral) return isAbove(zone, referral.zone) ? referral.zone : undefined;
    if (!reply.authoritative || reply.answers.some(({ type }) => type === 'CNAME')) return undefined;
    const authority = authorityOf(reply);
    if (authority && sameName(authority.zone, zone)) this.noteAbsence(authority.negativeTtlSeconds);
    const found = authority?.zone ?? reply.answers.find(({ type }) => type === 'SOA')?.name.toLowerCase();
    return found !== undefined && isWithin(name, found) && isWithin(found, zone) ? found : undefined;
  }

  /**
   * Asks a server whether the name lies in a zone below this one, which it may serve as well, and who the servers of
   * that one, and of this one, are.
   */
  private async askDelegations(endpoint: SocketEndpoint, level: Level): Promise<boolean> {
    const own = this.askServersOf(endpoint, level, level.apex);
    const zone = await this.zoneBelow(endpoint, this.name, level.apex);
    // An alias hides it: then every name on the way is asked for.
    const zones = zone === undefined ? between(this.name, level.apex) : zone === level.apex ? [] : [zone];
    const answered = await Promise.all([
      own,
      ...zones.map((below) => this.askServersOf(endpoint, level, below)),
    ]);
    return answered.every(Boolean);
  }

  /** @returns whether the server has answered, whatever it was */
  private async askServersOf(endpoint: SocketEndpoint, level: Level, zone: string): Promise<boolean> {
    const result = await this.network.round.ask(endpoint, {
      name: zone,
      type: 'NS',
      recursionDesired: false,
    });
    if (!('reply' in result)) return false;
    const { reply } = result;
    const referral = referralIn(reply, zone);
    if (referral && isAbove(level.apex, referral.zone)) {
      this.enter(referral.zone, referral.nameservers, referral.glue, 'parent', true);
      return true;
    }
    const hosts = nameserversIn(reply.answers, zone);
    if (reply.authoritative && hosts.length > 0) this.enter(zone, hosts, NO_GLUE, 'zone', true);
    return reply.authoritative;
  }

  private noteAbsence(seconds: number | undefined): void {
    if (seconds === undefined) return;
    this.absenceSeconds = Math.max(seconds, this.absenceSeconds ?? 0);
  }

  results(): NameFindings {
    const { zone } = this;
    const level = zone === undefined ? undefined : this.levels.get(zone);
    return {
      zone,
      findings: this.findings(),
      unaddressed: [...this.homeless].filter((host) => level?.hosts.has(host)).sort(),
      former: level ? formerServers(level) : [],
      problem: this.problem,
      disagreement: level && disagreementOn(level),
      absenceSeconds: this.absenceSeconds,
    };
  }

  /** The zone cut: the deepest zone whose servers answered for the name. */
  private get zone(): string | undefined {
    return [...this.levels.values()]
      .filter(({ serves, apex }) => serves && apex !== '')
      .sort((a, b) => b.apex.length - a.apex.length)[0]?.apex;
  }

  /** What the servers said that have to say something: not those above, whose part is only to refer. */
  private findings(): readonly Finding[] {
    const deepest = Math.max(...[...this.levels.keys()].map((apex) => labels(apex).length));
    const mustAnswer = (level: Level): boolean =>
      level.serves ||
      (!level.refers && (labels(level.apex).length >= 2 || labels(level.apex).length === deepest));
    return [...this.visits.values()].flatMap((visit) => {
      const { finding, levels } = visit;
      if (!finding) return [];
      const answered = finding.answer.kind !== 'failure' && finding.answer.kind !== 'referral';
      if (answered) return [this.vouches(finding, zoneOf(visit))];
      const refersRightly = finding.answer.kind === 'referral' && [...levels].some(({ refers }) => refers);
      return !refersRightly && [...levels].some(mustAnswer) ? [finding] : [];
    });
  }

  /** Why there are no findings, as a sentence. */
  private get problem(): string | undefined {
    if (this.bootstrapProblem) return this.bootstrapProblem;
    const hosts = [...this.homeless].sort();
    if (hosts.length === 0) return undefined;
    const more = hosts.length > SHOWN_HOSTS ? ` and ${hosts.length - SHOWN_HOSTS} more` : '';
    return `no address is known of its name servers ${hosts.slice(0, SHOWN_HOSTS).join(', ')}${more}.`;
  }
}

/** A top-level domain that has shown the way down: one of its servers is as good as another. */
const isPassed = ({ apex, refers, serves }: Level): boolean => refers && !serves && labels(apex).length === 1;

/** So many host names are written out. */
const SHOWN_HOSTS = 8;

/** The deepest zone that a server was asked as a server of. */
const zoneOf = ({ levels }: Visit): string =>
  [...levels].map(({ apex }) => apex).sort((a, b) => b.length - a.length)[0] ?? '';

/** Looks for the record's name, and for every name that an alias of it leads to; each once. */
export class Exploration {
  private readonly searches = new Map<string, NameSearch>();

  constructor(
    private readonly network: Network,
    /** Replace discovery; empty: discover. */
    private readonly nameservers: readonly SocketEndpoint[],
    /** Whether there are resolvers to discover with. */
    private readonly canDiscover: boolean,
    /** Told of every question and answer, and how many aliases away from the record's name it was. */
    private readonly told: {
      readonly asked: (depth: number, ...question: Parameters<SearchEvents['asked']>) => void;
      readonly answered: (depth: number, ...answer: Parameters<SearchEvents['answered']>) => void;
    },
  ) {}

  begin(recordName: string): void {
    this.search(recordName, 0);
  }

  private search(name: string, depth: number): void {
    if (depth > LIMITS.aliasesInChain || this.searches.has(name) || !isPlainName(name)) return;
    if (this.searches.size >= LIMITS.names) {
      this.network.round.exceed('names');
      return;
    }
    const events: SearchEvents = {
      alias: (target, hops) => this.search(target, depth + hops),
      asked: (...question) => this.told.asked(depth, ...question),
      answered: (...answer) => this.told.answered(depth, ...answer),
    };
    const search = new NameSearch(name, this.network, events, depth);
    this.searches.set(name, search);
    if (this.nameservers.length === 0) search.begin();
    else search.beginAt(this.nameservers, depth > 0 && this.canDiscover);
  }

  /** What was found, by name; the record's own name first. */
  results(): ReadonlyMap<string, NameFindings> {
    return new Map([...this.searches].map(([name, search]) => [name, search.results()]));
  }
}

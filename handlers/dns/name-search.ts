import { readTxtReply, referralIn, type TxtAnswer } from './answer';
import type { Bootstrap } from './bootstrap';
import { type Endpoint, formatEndpoint } from './endpoint';
import type { Asked } from './judge';
import {
  disagreement,
  type Finding,
  type Glue,
  isAbove,
  type Level,
  labels,
  type Source,
  type Visit,
  wayDown,
} from './level';
import { sameName } from './message';
import type { Round } from './round';

/** Where names are looked for. */
export interface Network {
  readonly round: Round;
  readonly bootstrap: Bootstrap;
  /** Port of discovered servers. */
  readonly port: number;
}

/** So many servers of a zone are asked for delegations; all are asked for the record. */
const DELEGATION_WITNESSES = 3;

/** So many servers of a top-level domain are asked for the way down: it is theirs to know, not to hold the record. */
const TOP_LEVEL_WITNESSES = 4;

/** No zone has as many; without a limit, an answer could make us ask the whole world. */
const MOST_SERVERS = 64;

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
  private bootstrapProblem: string | undefined;

  constructor(
    readonly name: string,
    private readonly network: Network,
    private readonly onAlias: (target: string) => void,
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
  beginAt(servers: readonly Endpoint[], discover: boolean): void {
    const level = this.level('');
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

  private level(apex: string): Level {
    const known = this.levels.get(apex);
    if (known) return known;
    const level: Level = {
      apex,
      named: new Map(),
      hosts: new Set(),
      witnesses: new Set(),
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
    level.named.set(source, hosts);
    const limit = labels(apex).length < 2 && !level.serves ? TOP_LEVEL_WITNESSES : Number.POSITIVE_INFINITY;
    for (const host of hosts) {
      if (level.hosts.has(host) || level.hosts.size >= limit) continue;
      level.hosts.add(host);
      this.enterHost(level, host, glue.get(host) ?? [], essential && !level.refers);
    }
  }

  private enterHost(level: Level, host: string, glue: readonly string[], essential: boolean): void {
    const { round, bootstrap, port } = this.network;
    const visit = (address: string): void =>
      this.visit({ endpoint: { address, port }, name: host, role: 'authoritative' }, level, essential);
    for (const address of glue) visit(address);
    // A referral's addresses need not be all there are, but they are enough to go on with.
    const task = round.tasks.run(essential && glue.length === 0, async () => {
      const addresses = await bootstrap.addressesOf(host);
      for (const address of addresses) visit(address);
      if (addresses.length + glue.length === 0) this.homeless.add(host);
    });
    level.tasks.push(task);
  }

  private visit(asked: Asked, level: Level, essential: boolean): void {
    const { round } = this.network;
    const worthWaiting = essential && round.isResponsive(asked.endpoint);
    const key = formatEndpoint(asked.endpoint);
    const known = this.visits.get(key);
    if (known) {
      known.levels.add(level);
      if (worthWaiting) known.task?.promote();
      if (known.finding) this.heed(known, known.finding.answer);
      return;
    }
    if (this.visits.size >= MOST_SERVERS) return;
    const visit: Visit = { asked, levels: new Set([level]) };
    this.visits.set(key, visit);
    visit.task = round.tasks.run(worthWaiting, () => this.ask(visit));
    level.tasks.push(visit.task);
    const isWitness =
      labels(level.apex).length >= 2 &&
      level.witnesses.size < DELEGATION_WITNESSES &&
      !level.witnesses.has(asked.name ?? '');
    if (!isWitness) return;
    level.witnesses.add(asked.name ?? '');
    round.tasks.run(worthWaiting, () => this.askDelegations(asked.endpoint, level));
  }

  private async ask(visit: Visit): Promise<void> {
    const { endpoint } = visit.asked;
    const question = { name: this.name, type: 'TXT', recursionDesired: false } as const;
    const result = await this.network.round.ask(endpoint, question);
    const answer: TxtAnswer =
      'reply' in result
        ? readTxtReply(result.reply, this.name, 'authoritative')
        : { kind: 'failure', problem: result.problem };
    visit.finding = { asked: visit.asked, answer, roundTripMs: result.roundTripMs };
    this.heed(visit, answer);
  }

  /** Goes on from an answer, for every zone that the server was asked as a server of. */
  private heed(visit: Visit, answer: TxtAnswer): void {
    if (answer.kind === 'failure') return;
    if (answer.kind === 'referral') {
      for (const level of visit.levels) {
        if (!isAbove(level.apex, answer.zone)) continue;
        level.refers = true;
        for (const task of level.tasks) task.demote();
        this.enter(answer.zone, answer.nameservers, answer.glue, 'parent', true);
      }
      return;
    }
    for (const level of visit.levels) {
      level.serves = true;
      // A top-level domain that answers itself: then all of its servers have to.
      for (const [source, hosts] of level.named) this.enter(level.apex, hosts, NO_GLUE, source, true);
    }
    if (answer.kind === 'alias') this.onAlias(answer.target);
  }

  /** Asks upward from the name who the servers are: of a zone below this one, or of this one. */
  private async askDelegations(endpoint: Endpoint, level: Level): Promise<void> {
    const names = wayDown(this.name, level.apex);
    await Promise.all(
      names.map(async (name) => {
        const result = await this.network.round.ask(endpoint, { name, type: 'NS', recursionDesired: false });
        if (!('reply' in result)) return;
        const { reply } = result;
        const referral = referralIn(reply, name);
        if (referral && isAbove(level.apex, referral.zone)) {
          return this.enter(referral.zone, referral.nameservers, referral.glue, 'parent', true);
        }
        const hosts = reply.answers
          .filter((record) => record.type === 'NS' && sameName(record.name, name))
          .map((record) => String((record as { data: unknown }).data).toLowerCase());
        if (reply.authoritative && hosts.length > 0) this.enter(name, hosts, NO_GLUE, 'zone', true);
      }),
    );
  }

  /** The zone cut: the deepest zone whose servers answered for the name. */
  get zone(): string | undefined {
    return [...this.levels.values()]
      .filter(({ serves, apex }) => serves && apex !== '')
      .sort((a, b) => b.apex.length - a.apex.length)[0]?.apex;
  }

  /** What the servers said that have to say something: not those above, whose part is only to refer. */
  get findings(): readonly Finding[] {
    const deepest = Math.max(...[...this.levels.keys()].map((apex) => labels(apex).length));
    const mustAnswer = (level: Level): boolean =>
      level.serves ||
      (!level.refers && (labels(level.apex).length >= 2 || labels(level.apex).length === deepest));
    return [...this.visits.values()].flatMap(({ finding, levels }) => {
      if (!finding) return [];
      const answered = finding.answer.kind !== 'failure' && finding.answer.kind !== 'referral';
      if (answered) return [finding];
      const refersRightly = finding.answer.kind === 'referral' && [...levels].some(({ refers }) => refers);
      return !refersRightly && [...levels].some(mustAnswer) ? [finding] : [];
    });
  }

  /** Why there are no findings, as a sentence. */
  get problem(): string | undefined {
    if (this.bootstrapProblem) return this.bootstrapProblem;
    if (this.homeless.size === 0) return undefined;
    return `no address is known of its name servers ${[...this.homeless].join(', ')}.`;
  }

  /** What is odd about the zone's servers, as sentences. */
  get warnings(): readonly string[] {
    const zone = this.zone;
    const level = zone === undefined ? undefined : this.levels.get(zone);
    if (!level) return [];
    const warnings = [...this.homeless]
      .filter((host) => level.hosts.has(host))
      .map((host) => `${host} is named as a server of ${zone}, but has no address.`);
    if (this.visits.size >= MOST_SERVERS)
      warnings.push(`Only ${MOST_SERVERS} servers of ${zone} were asked.`);
    const odd = disagreement(level);
    if (odd) warnings.push(odd);
    return warnings;
  }
}

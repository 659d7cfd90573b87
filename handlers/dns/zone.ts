import { isIPv4, isIPv6 } from 'node:net';
import {
  authorityOf,
  type Finding,
  failure,
  isWithin,
  type Referral,
  referralIn,
  type TxtAnswer,
} from './answer';
import { formatEndpoint, type Loopback, mayBeAsked, type SocketEndpoint } from './endpoint';
import type { Witnesses } from './inquiry';
import { LIMITS } from './limits';
import { type Reply, sameName } from './message';
import type { Bootstrap, Family } from './resolvers';
import type { Round, Task } from './round';

/** Who named the servers of a zone: a resolver (perhaps from its cache), the zone above, or the zone itself. */
export type Source = 'resolvers' | 'parent' | 'zone';

/** A server of a zone, by name. */
export interface Host {
  /** Of its addresses. */
  lookup?: Task;
}

/** Those who should know do not name the same servers of a zone. */
export interface Disagreement {
  readonly kind: 'delegation-is-stale' | 'resolvers-differ';
  readonly zone: string;
  /** What resolvers (`resolvers-differ`) or the zone above (`delegation-is-stale`) name. */
  readonly elsewhere: readonly string[];
  /** What the zone above or the zone itself names. */
  readonly zones: readonly string[];
}

/** A zone on the way down to a name, and what its servers are worth there. */
export class Zone {
  /** Servers of it, by who names them: all that any of those has named, in whatever order they spoke. */
  readonly named = new Map<Source, Set<string>>();
  readonly hosts = new Map<string, Host>();
  readonly tasks: Task[] = [];
  /** Some server refers to a zone further down: then the others need not answer. */
  refers = false;
  serves = false;
  /** How many labels it has: 1 is a top-level domain, 0 stands for servers that were given instead of discovered. */
  readonly depth: number;

  constructor(
    /** Its name; empty for servers that were given. */
    readonly apex: string,
    /** Asked for delegations on the way down to the name: it is theirs to know. For the record all are asked, and what they say beside it is heeded. */
    readonly witnesses: Witnesses,
  ) {
    this.depth = labels(apex).length;
  }

  name(hosts: readonly string[], source: Source): void {
    this.named.set(source, new Set([...(this.named.get(source) ?? []), ...hosts]));
  }

  /** A top-level domain that has shown the way down: one of its servers is as good as another. */
  get isPassed(): boolean {
    return this.refers && !this.serves && this.depth === 1;
  }

  /** Whether those who should know name other servers of it than each other. */
  disagreement(): Disagreement | undefined {
    const say = (source: Source): readonly string[] | undefined => {
      const hosts = this.named.get(source);
      return hosts && [...hosts].sort();
    };
    const differ = (a: readonly string[], b: readonly string[]): boolean => a.join() !== b.join();
    const [cached, parent, own] = [say('resolvers'), say('parent'), say('zone')];
    if (parent && own && differ(parent, own)) {
      return { kind: 'delegation-is-stale', zone: this.apex, elsewhere: parent, zones: own };
    }
    const known = parent ?? own;
    return cached && known && differ(cached, known)
      ? { kind: 'resolvers-differ', zone: this.apex, elsewhere: cached, zones: known }
      : undefined;
  }

  /** Servers that only a resolver names, although others, who know better, have named some. */
  formerServers(): readonly string[] {
    const current = new Set([...(this.named.get('parent') ?? []), ...(this.named.get('zone') ?? [])]);
    const cached = [...(this.named.get('resolvers') ?? [])];
    return current.size === 0 ? [] : cached.filter((host) => !current.has(host));
  }
}

export const labels = (name: string): string[] => name.split('.').filter((label) => label !== '');

export const isAbove = (zone: string, other: string): boolean =>
  !sameName(zone, other) && isWithin(other, zone);

/** Names between a name and the apex, both left out: where a delegation may lie as well. */
export const between = (name: string, apex: string): string[] => {
  const parts = labels(name);
  return parts.map((_, at) => parts.slice(at).join('.')).slice(1, parts.length - labels(apex).length);
};

/**
 * Asks a server of a zone which zone a name lies in: that one, or one below it, which the server may serve as well.
 * @returns also for how long resolvers remember that there is nothing at the name, where it is the zone asked for
 */
export const askLocation = async (
  round: Round,
  endpoint: SocketEndpoint,
  name: string,
  apex: string,
): Promise<{ readonly apex: string; readonly absenceSeconds?: number } | undefined> => {
  const result = await round.ask(endpoint, { name, type: 'SOA', recursionDesired: false });
  if (!('reply' in result)) return undefined;
  const { reply } = result;
  const referral = referralIn(reply, name);
  if (referral) return isAbove(apex, referral.zone) ? { apex: referral.zone } : undefined;
  if (!reply.authoritative || reply.answers.some(({ type }) => type === 'CNAME')) return undefined;
  const authority = authorityOf(reply);
  const found = authority?.zone ?? reply.answers.find(({ type }) => type === 'SOA')?.name.toLowerCase();
  if (found === undefined || !isWithin(name, found) || !isWithin(found, apex)) return undefined;
  return { apex: found, absenceSeconds: sameName(found, apex) ? authority?.negativeTtlSeconds : undefined };
};

/** So many host names are written out. */
const SHOWN_HOSTS = 8;

export const hostList = (hosts: readonly string[]): string =>
  hosts.length <= SHOWN_HOSTS
    ? hosts.join(', ')
    : `${hosts.slice(0, SHOWN_HOSTS).join(', ')} and ${hosts.length - SHOWN_HOSTS} more`;

/** Where names are looked for. */
export interface Network {
  readonly round: Round;
  readonly bootstrap: Bootstrap;
  readonly port: number;
  /** What DNS may name as servers. */
  readonly loopback: Loopback;
  readonly family: Family;
  /** What servers of top-level domains have said in this round, by the zone that they refer to: they are not asked again. */
  readonly referrals: Map<string, Referral>;
}

/** One address that is asked for a name, as a server of one zone or of several. */
export interface Visit {
  readonly endpoint: SocketEndpoint;
  /** Of the server; absent when the address was given. */
  readonly name?: string;
  readonly zones: Set<Zone>;
  task?: Task;
  answer?: TxtAnswer;
  roundTripMs: number;
}

/** What a server said, as one of the deepest zone that it was asked for. */
export type LocatedFinding = Finding & { readonly zone: string };

export interface VisitEvents {
  /** A server is asked, for the first time, as one of `zone`. */
  asked(visit: Visit, zone: Zone, isAwaited: boolean): void;
  replied(visit: Visit, reply: Reply): void;
  /** What a server said is to be heeded for these zones: at its answer, or when it turns out to serve one more. */
  heed(visit: Visit, answer: TxtAnswer): void;
}

/** Asks servers for one name, each address once. */
export class Visits {
  private readonly visits = new Map<string, Visit>();

  constructor(
    private readonly name: string,
    private readonly network: Network,
    private readonly events: VisitEvents,
  ) {}

  isOfFamily(address: string): boolean {
    const { family } = this.network;
    return family === 'any' || family === 'ipv4-first' || (family === 'ipv6') === isIPv6(address);
  }

  /** @param essential whether the end waits for them, where the zone's servers have to answer */
  visitAll(
    zone: Zone,
    name: string,
    addresses: readonly string[],
    essential = true,
  ): (Promise<void> | undefined)[] {
    const { port, family } = this.network;
    const ours = addresses.filter((address) => this.isOfFamily(address));
    const four = ours.filter(isIPv4);
    return (family === 'ipv4-first' && four.length > 0 ? four : ours).map(
      (address) => this.visit({ address, port }, zone, essential && !zone.refers, name)?.done,
    );
  }

  visit(endpoint: SocketEndpoint, zone: Zone, essential: boolean, name?: string): Task | undefined {
    const { round, loopback } = this.network;
    const isAwaited = essential && round.isResponsive(endpoint);
    const key = formatEndpoint(endpoint);
    const known = this.visits.get(key);
    if (known) {
      if (isAwaited) known.task?.promote();
      // What it said has been heeded for this zone: doing so again could go in circles.
      if (known.zones.has(zone)) return known.task;
      known.zones.add(zone);
      if (known.answer) this.events.heed(known, known.answer);
      return known.task;
    }
    if (zone.isPassed) return undefined;
    if (this.visits.size >= LIMITS.addressesPerName) {
      round.exceeded.add('addressesPerName');
      return undefined;
    }
    const visit: Visit = { endpoint, name, zones: new Set([zone]), roundTripMs: 0 };
    if (name !== undefined && !mayBeAsked(endpoint, 'by-dns', loopback)) {
      this.visits.set(key, visit);
      visit.answer = failure({ kind: 'forbidden-address' });
      return undefined;
    }
    if (!round.admits(endpoint)) return undefined;
    this.visits.set(key, visit);
    visit.task = round.tasks.run(isAwaited, () => this.ask(visit));
    zone.tasks.push(visit.task);
    this.events.asked(visit, zone, isAwaited);
    return visit.task;
  }

  private async ask(visit: Visit): Promise<void> {
    const { round } = this.network;
    const { answer, roundTripMs, reply } = await round.askForTexts(
      visit.endpoint,
      this.name,
      'authoritative',
    );
    visit.answer = answer;
    visit.roundTripMs = roundTripMs;
    if (reply) this.events.replied(visit, reply);
    this.events.heed(visit, answer);
  }

  /** What the servers said that have to say something: not those above, whose part is only to refer. */
  findings(all: readonly Zone[]): readonly LocatedFinding[] {
    const deepest = Math.max(...all.map(({ depth }) => depth));
    const mustAnswer = ({ depth, serves, refers }: Zone): boolean =>
      serves || (!refers && (depth >= 2 || depth === deepest));
    return [...this.visits.values()].sort(inOrder).flatMap((visit) => {
      const { endpoint, name, answer, roundTripMs } = visit;
      if (!answer) return [];
      const zones = [...visit.zones];
      const finding = { endpoint, name, answer, roundTripMs, zone: zoneOf(visit) };
      if (answer.kind !== 'failure' && answer.kind !== 'referral') return [finding];
      const refersRightly = answer.kind === 'referral' && zones.some(({ refers }) => refers);
      return !refersRightly && zones.some(mustAnswer) ? [finding] : [];
    });
  }
}

const byText = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/**
 * Whoever answered first, what is said of several comes in one order. Servers that somebody listed, and so have no name,
 * stay in the order of the list.
 */
const inOrder = (a: Visit, b: Visit): number =>
  byText(a.name ?? '', b.name ?? '') ||
  (a.name === undefined ? 0 : byText(formatEndpoint(a.endpoint), formatEndpoint(b.endpoint)));

/** The deepest zone that a server was asked as a server of. */
export const zoneOf = ({ zones }: Visit): string =>
  [...zones].map(({ apex }) => apex).sort((a, b) => b.length - a.length)[0] ?? '';

import { isIPv4, isIPv6 } from 'node:net';
import { type Finding, failure, type Referral, type TxtAnswer } from './answer';
import { formatEndpoint, type Loopback, mayBeAsked, type SocketEndpoint } from './endpoint';
import { LIMITS } from './limits';
import type { Reply } from './message';
import type { Bootstrap, Family } from './resolvers';
import type { Round, Task } from './round';
import type { Zone } from './zone';

/** Where names are looked for. */
export interface Network {
  readonly round: Round;
  readonly bootstrap: Bootstrap;
  /** Port of discovered servers. */
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
  /** A server has replied. */
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
      round.exceed('addressesPerName');
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
    Object.assign(visit, { answer, roundTripMs });
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

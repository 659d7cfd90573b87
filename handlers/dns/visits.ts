import { isIPv4, isIPv6 } from 'node:net';
import type { Asked, Finding, Referral, TxtAnswer } from './answer';
import { formatEndpoint, type Loopback, mayBeAsked, type SocketEndpoint } from './endpoint';
import { LIMITS } from './limits';
import type { Reply } from './message';
import type { Bootstrap, Family } from './resolvers';
import type { Round } from './round';
import type { Task } from './tasks';
import { type Host, isPassed, type Zone } from './zone';

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
  readonly asked: Asked;
  readonly zones: Set<Zone>;
  task?: Task;
  finding?: Finding;
}

export interface VisitEvents {
  /** A server is asked, for the first time, as one of `zone`. */
  asked(endpoint: SocketEndpoint, name: string | undefined, zone: Zone, isAwaited: boolean): void;
  /** A server has replied. */
  replied(visit: Visit, reply: Reply): void;
  /** What a server said is to be heeded for these zones: at its answer, or when it turns out to serve one more. */
  heed(visit: Visit, endpoint: SocketEndpoint, answer: TxtAnswer): void;
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

  visitAll(
    zone: Zone,
    { name, essential }: Host,
    addresses: readonly string[],
  ): (Promise<void> | undefined)[] {
    const { port, family } = this.network;
    const ours = addresses.filter((address) => this.isOfFamily(address));
    const four = ours.filter(isIPv4);
    return (family === 'ipv4-first' && four.length > 0 ? four : ours).map((address) => {
      const asked = { endpoint: { address, port }, name, role: 'authoritative' } as const;
      return this.visit(asked, zone, essential && !zone.refers)?.done;
    });
  }

  visit(asked: Asked & { endpoint: SocketEndpoint }, zone: Zone, essential: boolean): Task | undefined {
    const { round, loopback } = this.network;
    const { endpoint } = asked;
    const isAwaited = essential && round.isResponsive(endpoint);
    const key = formatEndpoint(endpoint);
    const known = this.visits.get(key);
    if (known) {
      if (isAwaited) known.task?.promote();
      // What it said has been heeded for this zone: doing so again could go in circles.
      if (known.zones.has(zone)) return known.task;
      known.zones.add(zone);
      if (known.finding) this.events.heed(known, endpoint, known.finding.answer);
      return known.task;
    }
    if (isPassed(zone)) return undefined;
    if (this.visits.size >= LIMITS.addressesPerName) {
      round.exceed('addressesPerName');
      return undefined;
    }
    const visit: Visit = { asked, zones: new Set([zone]) };
    if (asked.name !== undefined && !mayBeAsked(endpoint, 'by-dns', loopback)) {
      this.visits.set(key, visit);
      const answer: TxtAnswer = { kind: 'failure', problem: { kind: 'forbidden-address' } };
      visit.finding = { asked, answer, roundTripMs: 0 };
      return undefined;
    }
    if (!round.admits(endpoint)) return undefined;
    this.visits.set(key, visit);
    visit.task = round.tasks.run(isAwaited, () => this.ask(visit, endpoint));
    zone.tasks.push(visit.task);
    this.events.asked(endpoint, asked.name, zone, isAwaited);
    return visit.task;
  }

  /** The end waits for what a server of a zone was asked. */
  promote(zone: Zone, { name }: Host): void {
    for (const { asked, zones, task } of this.visits.values()) {
      const isOurs = asked.name === name && zones.has(zone);
      if (isOurs && this.network.round.isResponsive(asked.endpoint)) task?.promote();
    }
  }

  private async ask(visit: Visit, endpoint: SocketEndpoint): Promise<void> {
    const { round } = this.network;
    const { answer, roundTripMs, reply } = await round.askForTexts(endpoint, this.name, 'authoritative');
    visit.finding = { asked: visit.asked, answer, roundTripMs };
    if (reply) this.events.replied(visit, reply);
    this.events.heed(visit, endpoint, answer);
  }

  /** In the order of their servers' addresses' discovery. */
  all(): readonly Visit[] {
    return [...this.visits.values()];
  }
}

/** The deepest zone that a server was asked as a server of. */
export const zoneOf = ({ zones }: Visit): string =>
  [...zones].map(({ apex }) => apex).sort((a, b) => b.length - a.length)[0] ?? '';

import { authorityOf, isWithin, nameserversIn, referralIn } from './answer';
import type { SocketEndpoint } from './endpoint';
import { sameName } from './message';
import type { Inquiry, Round } from './round';
import { hedged, type Task } from './tasks';

/** Addresses that came with the names of servers, by name. */
export type Glue = ReadonlyMap<string, readonly string[]>;

export const NO_GLUE: Glue = new Map();

/** Who named the servers of a zone: a resolver (perhaps from its cache), the zone above, or the zone itself. */
export type Source = 'resolvers' | 'parent' | 'zone';

/** A server of a zone, by name. */
export interface Host {
  readonly name: string;
  /** Whether the end waits for it. */
  essential: boolean;
  /** Of its addresses. */
  lookup?: Task;
}

/**
 * The servers of a zone of which one is asked for what it can tell as well as another. It is the first by name, unless
 * that one is too late: so it is the same one in every proof, in whatever order their addresses come.
 */
export class Witnesses {
  private readonly names = new Set<string>();
  private readonly held: { name: string; endpoint: SocketEndpoint; isAwaited: boolean }[] = [];
  private first: string | undefined;
  /** Those of the servers that may still turn out to have an address. */
  private readonly hoped = new Set<string>();
  private isOpen = false;
  private isPassedOver = false;
  private readonly decided: Promise<true>;
  private decide!: () => void;

  constructor(
    private readonly round: Round,
    private readonly inquiry: Inquiry<SocketEndpoint>,
  ) {
    this.decided = new Promise((resolve) => {
      this.decide = () => resolve(true);
    });
  }

  /** The zone has these servers. */
  expect(hosts: readonly string[], essential: boolean): void {
    if (this.first !== undefined || hosts.length === 0) return;
    [this.first] = [...hosts].sort();
    for (const host of hosts) this.hoped.add(host);
    this.round.tasks.run(essential, async () => {
      await hedged([() => this.decided, async () => true], this.round.patienceMs);
      this.isOpen = true;
      this.held.sort((a, b) => Number(b.isAwaited) - Number(a.isAwaited) || (a.name < b.name ? -1 : 1));
      for (const { endpoint, isAwaited } of this.held) this.inquiry.offer(endpoint, isAwaited);
    });
  }

  /** One of them is asked for the record; `isAwaited`: it is not known to be silent. */
  offer(name: string, endpoint: SocketEndpoint, isAwaited: boolean): void {
    if (this.names.has(name)) return;
    this.names.add(name);
    if (this.isOpen) {
      this.inquiry.offer(endpoint, isAwaited);
      return;
    }
    this.held.push({ name, endpoint, isAwaited });
    if (name === this.first && !isAwaited) this.passOver();
    else if (name === this.first || (this.isPassedOver && isAwaited)) this.decide();
  }

  /** One of them has no address that could be asked. */
  lack(name: string): void {
    this.hoped.delete(name);
    if (name === this.first) this.passOver();
    if (this.hoped.size === 0) this.decide();
  }

  private passOver(): void {
    this.isPassedOver = true;
    if (this.held.some(({ isAwaited }) => isAwaited)) this.decide();
  }
}

/** A zone on the way down to a name, and what its servers are worth there. */
export interface Zone {
  /** Its name; empty for servers that were given instead of discovered. */
  readonly apex: string;
  /** Servers of it, by who names them: all that any of those has named, in whatever order they spoke. */
  readonly named: Map<Source, Set<string>>;
  readonly hosts: Map<string, Host>;
  /** Asked for delegations on the way down to the name: it is theirs to know. For the record all are asked, and what they say beside it is heeded. */
  readonly witnesses: Witnesses;
  readonly tasks: Task[];
  /** Some server refers to a zone further down: then the others need not answer. */
  refers: boolean;
  /** Some server answers for the name itself. */
  serves: boolean;
}

/** A top-level domain that has shown the way down: one of its servers is as good as another. */
export const isPassed = ({ apex, refers, serves }: Zone): boolean =>
  refers && !serves && labels(apex).length === 1;

export const labels = (name: string): string[] => name.split('.').filter((label) => label !== '');

export const isAbove = (zone: string, other: string): boolean =>
  !sameName(zone, other) && isWithin(other, zone);

/** Names between a name and the apex, both left out: where a delegation may lie as well. */
export const between = (name: string, apex: string): string[] => {
  const parts = labels(name);
  return parts.map((_, at) => parts.slice(at).join('.')).slice(1, parts.length - labels(apex).length);
};

/** Those who should know do not name the same servers of a zone. */
export interface Disagreement {
  readonly kind: 'delegation-is-stale' | 'resolvers-differ';
  readonly zone: string;
  /** What resolvers (`resolvers-differ`) or the zone above (`delegation-is-stale`) name. */
  readonly elsewhere: readonly string[];
  /** What the zone above or the zone itself names. */
  readonly zones: readonly string[];
}

export const disagreementOn = ({ apex: zone, named }: Zone): Disagreement | undefined => {
  const say = (source: Source): readonly string[] | undefined => {
    const hosts = named.get(source);
    return hosts && [...hosts].sort();
  };
  const differ = (a: readonly string[], b: readonly string[]): boolean => a.join() !== b.join();
  const [cached, parent, own] = [say('resolvers'), say('parent'), say('zone')];
  if (parent && own && differ(parent, own)) {
    return { kind: 'delegation-is-stale', zone, elsewhere: parent, zones: own };
  }
  const known = parent ?? own;
  return cached && known && differ(cached, known)
    ? { kind: 'resolvers-differ', zone, elsewhere: cached, zones: known }
    : undefined;
};

/** Servers that only a resolver names, although others, who know better, have named some. */
export const formerServers = ({ named }: Zone): readonly string[] => {
  const current = new Set([...(named.get('parent') ?? []), ...(named.get('zone') ?? [])]);
  return current.size === 0 ? [] : [...(named.get('resolvers') ?? [])].filter((host) => !current.has(host));
};

/** What one server says of where a name lies. */
export interface Location {
  /** The zone that the name lies in: the one asked for, or one below it. */
  readonly apex: string;
  /** For how long resolvers remember that there is nothing at the name, where that one zone is the one asked for. */
  readonly absenceSeconds?: number;
}

/** Asks a server of a zone which zone a name lies in: that one, or one below it, which the server may serve as well. */
export const askLocation = async (
  round: Round,
  endpoint: SocketEndpoint,
  name: string,
  apex: string,
): Promise<Location | undefined> => {
  const result = await round.ask(endpoint, { name, type: 'SOA', recursionDesired: false });
  if (!('reply' in result)) return undefined;
  const { reply } = result;
  const referral = referralIn(reply, name);
  if (referral) return isAbove(apex, referral.zone) ? { apex: referral.zone } : undefined;
  if (!reply.authoritative || reply.answers.some(({ type }) => type === 'CNAME')) return undefined;
  const authority = authorityOf(reply);
  const found = authority?.zone ?? reply.answers.find(({ type }) => type === 'SOA')?.name.toLowerCase();
  if (found === undefined || !isWithin(name, found) || !isWithin(found, apex)) return undefined;
  return { apex: found, ...(sameName(found, apex) && { absenceSeconds: authority?.negativeTtlSeconds }) };
};

/** Who serves a zone, as one server says. */
export interface Delegation {
  readonly apex: string;
  readonly hosts: readonly string[];
  readonly glue: Glue;
  readonly source: Source;
}

/**
 * Asks a server of the zone `above` who serves `apex`, the same or one below it.
 * @returns undefined where it does not answer, or without authority; otherwise what it says, if anything
 */
export const askServersOf = async (
  round: Round,
  endpoint: SocketEndpoint,
  above: string,
  apex: string,
): Promise<{ readonly delegation?: Delegation } | undefined> => {
  const result = await round.ask(endpoint, { name: apex, type: 'NS', recursionDesired: false });
  if (!('reply' in result)) return undefined;
  const { reply } = result;
  const referral = referralIn(reply, apex);
  if (referral && isAbove(above, referral.zone)) {
    const { zone, nameservers: hosts, glue } = referral;
    return { delegation: { apex: zone, hosts, glue, source: 'parent' } };
  }
  if (!reply.authoritative) return undefined;
  const hosts = nameserversIn(reply.answers, apex);
  return hosts.length > 0 ? { delegation: { apex, hosts, glue: NO_GLUE, source: 'zone' } } : {};
};

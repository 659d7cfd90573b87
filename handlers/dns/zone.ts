import { authorityOf, isWithin, nameserversIn, referralIn } from './answer';
import type { SocketEndpoint } from './endpoint';
import type { Witnesses } from './inquiry';
import { sameName } from './message';
import type { Round } from './round';
import type { Task } from './tasks';

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
  return { apex: found, absenceSeconds: sameName(found, apex) ? authority?.negativeTtlSeconds : undefined };
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

import { type Asked, type Finding, isWithin } from './answer';
import type { SocketEndpoint } from './endpoint';
import { sameName } from './message';
import type { Inquiry } from './round';
import type { Task } from './tasks';

export type Glue = ReadonlyMap<string, readonly string[]>;

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

export interface Level {
  /** The zone; empty for servers that were given instead of discovered. */
  readonly apex: string;
  readonly named: Map<Source, readonly string[]>;
  readonly hosts: Map<string, Host>;
  /** Names of the servers that may be asked for delegations. */
  readonly witnesses: Set<string>;
  /** On the way down to the name: it is theirs to know. For the record all are asked, and what they say beside it is heeded. */
  readonly delegations: Inquiry<SocketEndpoint>;
  readonly tasks: Task[];
  /** Some server refers to a zone further down: then the others need not answer. */
  refers: boolean;
  /** Some server answers for the name itself. */
  serves: boolean;
}

export interface Visit {
  readonly asked: Asked;
  readonly levels: Set<Level>;
  task?: Task;
  finding?: Finding;
}

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

export const disagreementOn = ({ apex: zone, named }: Level): Disagreement | undefined => {
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
export const formerServers = ({ named }: Level): readonly string[] => {
  const known = [named.get('parent'), named.get('zone')].filter((hosts) => hosts !== undefined);
  if (known.length === 0) return [];
  const current = new Set(known.flat());
  return (named.get('resolvers') ?? []).filter((host) => !current.has(host));
};

import { labels } from './names';

/** Who named the servers of a zone: a resolver (perhaps from its cache), the zone above, or the zone itself. */
export type Source = 'resolvers' | 'parent' | 'zone';

/** Two sources do not name the same servers of a zone. */
export interface Disagreement {
  readonly kind: 'delegation-is-stale' | 'resolvers-differ';
  readonly zone: string;
  /** The servers that resolvers (`resolvers-differ`) or the zone above (`delegation-is-stale`) name. */
  readonly elsewhere: readonly string[];
  /** The servers that the zone above or the zone itself names. */
  readonly zones: readonly string[];
}

const differ = (a: readonly string[], b: readonly string[]): boolean => a.join() !== b.join();

/** Servers of a zone as somebody names them; `by`: the names of the server that does, where it is one of the zone. */
interface Claim {
  readonly source: Source;
  readonly by: ReadonlySet<string>;
  readonly hosts: readonly string[];
}

/** A zone on the way down to a name. The one without an apex has the servers that were given instead of discovered. */
export class Zone {
  private readonly claims: Claim[] = [];
  /** Names of its servers. */
  readonly hosts = new Set<string>();
  /** Some server refers to a zone further down. */
  refers = false;
  /** It is a top-level domain, and answers for the name itself. */
  serves = false;
  /** How many labels it has. */
  readonly depth: number;

  constructor(readonly apex: string) {
    this.depth = labels(apex).length;
  }

  claim(hosts: readonly string[], source: Source, by: ReadonlySet<string> = new Set()): void {
    this.claims.push({ source, by, hosts });
  }

  /** Whether it is a top-level domain that has referred to a zone below. */
  get isPassed(): boolean {
    return this.refers && !this.serves && this.depth === 1;
  }

  private namedBy(source: Source): string[] {
    const claims = this.claims.filter((claim) => claim.source === source);
    return [...new Set(claims.flatMap(({ hosts }) => hosts))].sort();
  }

  disagreement(): Disagreement | undefined {
    const [cached, parent, own] = [this.namedBy('resolvers'), this.namedBy('parent'), this.namedBy('zone')];
    if (parent.length > 0 && own.length > 0 && differ(parent, own))
      return { kind: 'delegation-is-stale', zone: this.apex, elsewhere: parent, zones: own };
    const known = parent.length > 0 ? parent : own;
    return cached.length > 0 && known.length > 0 && differ(cached, known)
      ? { kind: 'resolvers-differ', zone: this.apex, elsewhere: cached, zones: known }
      : undefined;
  }

  /** Lists the servers that the zone above names, and those that it leads to; all, where it names none. */
  currentServers(): readonly string[] {
    const current = new Set(this.namedBy('parent'));
    if (current.size === 0) return [...this.hosts];
    for (const host of current)
      for (const { by, hosts } of this.claims) if (by.has(host)) for (const next of hosts) current.add(next);
    return [...current];
  }
}

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

/** A zone on the way down to a name. */
export class Zone {
  /** Names of its servers, by source. */
  private readonly named = new Map<Source, Set<string>>();
  readonly hosts = new Set<string>();
  /** Some server refers to a zone further down. */
  refers = false;
  /** It is a top-level domain, and answers for the name itself. */
  serves = false;
  /** How many labels it has: 1 is a top-level domain, 0 stands for servers that were given instead of discovered. */
  readonly depth: number;

  constructor(readonly apex: string) {
    this.depth = labels(apex).length;
  }

  name(hosts: readonly string[], source: Source): void {
    this.named.set(source, new Set([...(this.named.get(source) ?? []), ...hosts]));
  }

  /** Whether it is a top-level domain that has shown the way down. */
  get isPassed(): boolean {
    return this.refers && !this.serves && this.depth === 1;
  }

  disagreement(): Disagreement | undefined {
    const namedBy = (source: Source): readonly string[] | undefined => {
      const hosts = this.named.get(source);
      return hosts && [...hosts].sort();
    };
    const differ = (a: readonly string[], b: readonly string[]): boolean => a.join() !== b.join();
    const [cached, parent, own] = [namedBy('resolvers'), namedBy('parent'), namedBy('zone')];
    if (parent && own && differ(parent, own)) {
      return { kind: 'delegation-is-stale', zone: this.apex, elsewhere: parent, zones: own };
    }
    const known = parent ?? own;
    return cached && known && differ(cached, known)
      ? { kind: 'resolvers-differ', zone: this.apex, elsewhere: cached, zones: known }
      : undefined;
  }

  /** Lists the servers that the zone or the one above names. */
  currentServers(): readonly string[] {
    return [...(this.named.get('parent') ?? []), ...(this.named.get('zone') ?? [])];
  }

  /** Lists the servers that only a resolver still names, and the zone above no longer does. */
  formerServers(): readonly string[] {
    const current = new Set(this.currentServers());
    const cached = [...(this.named.get('resolvers') ?? [])];
    return this.named.has('parent') ? cached.filter((host) => !current.has(host)) : [];
  }
}

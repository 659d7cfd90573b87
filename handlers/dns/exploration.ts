import type { Endpoint } from './endpoint';
import type { Finding } from './level';
import { NameSearch, type Network } from './name-search';

/** RFC 1034 sets no limit; resolvers have one of about this size. */
export const MAX_ALIASES = 8;

export interface NameFindings {
  readonly zone?: string;
  readonly findings: readonly Finding[];
  /** Why nobody could be asked. */
  readonly problem?: string;
  readonly warnings: readonly string[];
}

/** Looks for the record's name, and for every name that an alias of it leads to; each once. */
export class Exploration {
  private readonly searches = new Map<string, NameSearch>();

  constructor(
    private readonly network: Network,
    /** Replace discovery; empty: discover. */
    private readonly nameservers: readonly Endpoint[],
    /** Whether there are resolvers to discover with. */
    private readonly canDiscover: boolean,
  ) {}

  begin(recordName: string): void {
    this.search(recordName, 0);
  }

  private search(name: string, depth: number): void {
    if (depth > MAX_ALIASES || this.searches.has(name)) return;
    const search = new NameSearch(name, this.network, (target) => this.search(target, depth + 1));
    this.searches.set(name, search);
    if (this.nameservers.length === 0) search.begin();
    else search.beginAt(this.nameservers, depth > 0 && this.canDiscover);
  }

  /** What was found, by name; the record's own name first. */
  results(): ReadonlyMap<string, NameFindings> {
    return new Map(
      [...this.searches].map(([name, { zone, findings, problem, warnings }]) => [
        name,
        { zone, findings, problem, warnings },
      ]),
    );
  }
}

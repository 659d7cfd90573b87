import { authorityOf, isWithin, referralIn } from './answer';
import type { SocketEndpoint } from './endpoint';
import type { Witnesses } from './inquiry';
import { sameName } from './message';
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
  /** Some server answers for the name itself. */
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

import type { Finding } from './answer';
import { compareServers, formatEndpoint } from './endpoint';
import { type Visit, zoneOf } from './visits';
import { labels, type Source, type Zone } from './zone';

/** What one round found out of one name. */
export interface NameFindings {
  /** The zone cut. */
  readonly zone?: string;
  /** What the servers said, each as a server of the deepest zone that it was asked for. */
  readonly findings: readonly (Finding & { readonly zone: string })[];
  /** Servers of the zone that have no address which may be asked. */
  readonly unaddressed: readonly string[];
  /** Servers that resolvers still name, and neither the zone nor the one above does. */
  readonly former: readonly string[];
  /** Why nobody could be asked; a sentence. */
  readonly problem?: string;
  readonly disagreement?: Disagreement;
  /** Seconds for which resolvers remember that something is not there. */
  readonly absenceSeconds?: number;
}

/** What was met on the way to a name. */
interface Met {
  readonly zones: readonly Zone[];
  readonly visits: readonly Visit[];
  /** Names of servers without an address that may be asked. */
  readonly homeless: ReadonlySet<string>;
  readonly bootstrapProblem?: string;
  readonly absenceSeconds?: number;
}

export const findingsOfName = (met: Met): NameFindings => {
  const { absenceSeconds } = met;
  // The zone cut: the deepest zone whose servers answered for the name.
  const [cut] = met.zones
    .filter(({ serves, apex }) => serves && apex !== '')
    .sort((a, b) => b.apex.length - a.apex.length);
  const homeless = [...met.homeless].sort();
  return {
    zone: cut?.apex,
    findings: tellingOf(met),
    unaddressed: homeless.filter((host) => cut?.hosts.has(host)),
    former: cut ? formerServers(cut) : [],
    problem: met.bootstrapProblem ?? withoutAddress(homeless),
    disagreement: cut && disagreementOn(cut),
    absenceSeconds,
  };
};

/** What the servers said that have to say something: not those above, whose part is only to refer. */
const tellingOf = ({ zones: all, visits }: Met): NameFindings['findings'] => {
  const deepest = Math.max(...all.map(({ apex }) => labels(apex).length));
  const mustAnswer = ({ apex, serves, refers }: Zone): boolean =>
    serves || (!refers && (labels(apex).length >= 2 || labels(apex).length === deepest));
  return [...visits].sort(inOrder).flatMap((visit) => {
    if (!visit.finding) return [];
    const { zones } = visit;
    const finding = { ...visit.finding, zone: zoneOf(visit) };
    const { kind } = finding.answer;
    if (kind !== 'failure' && kind !== 'referral') return [finding];
    const refersRightly = kind === 'referral' && [...zones].some(({ refers }) => refers);
    return !refersRightly && [...zones].some(mustAnswer) ? [finding] : [];
  });
};

/** Whoever answered first, what is said of several comes in one order. */
const inOrder = ({ asked: a }: Visit, { asked: b }: Visit): number =>
  compareServers(
    { name: a.name, address: formatEndpoint(a.endpoint) },
    { name: b.name, address: formatEndpoint(b.endpoint) },
  );

/** So many host names are written out. */
const SHOWN_HOSTS = 8;

export const hostList = (hosts: readonly string[]): string =>
  hosts.length <= SHOWN_HOSTS
    ? hosts.join(', ')
    : `${hosts.slice(0, SHOWN_HOSTS).join(', ')} and ${hosts.length - SHOWN_HOSTS} more`;

const withoutAddress = (hosts: readonly string[]): string | undefined =>
  hosts.length === 0 ? undefined : `no address is known of its name servers ${hostList(hosts)}.`;

/** Those who should know do not name the same servers of a zone. */
export interface Disagreement {
  readonly kind: 'delegation-is-stale' | 'resolvers-differ';
  readonly zone: string;
  /** What resolvers (`resolvers-differ`) or the zone above (`delegation-is-stale`) name. */
  readonly elsewhere: readonly string[];
  /** What the zone above or the zone itself names. */
  readonly zones: readonly string[];
}

const disagreementOn = ({ apex: zone, named }: Zone): Disagreement | undefined => {
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
const formerServers = ({ named }: Zone): readonly string[] => {
  const current = new Set([...(named.get('parent') ?? []), ...(named.get('zone') ?? [])]);
  return current.size === 0 ? [] : [...(named.get('resolvers') ?? [])].filter((host) => !current.has(host));
};

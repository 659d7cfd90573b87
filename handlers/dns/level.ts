import { isWithin, type TxtAnswer } from './answer';
import type { Asked } from './judge';
import { sameName } from './message';
import type { Task } from './tasks';

/** What one authoritative server said of a name. */
export interface Finding {
  readonly asked: Asked;
  readonly answer: TxtAnswer;
  readonly roundTripMs: number;
}

export type Glue = ReadonlyMap<string, readonly string[]>;

/** Who named the servers of a zone: a resolver (perhaps from its cache), the zone above, or the zone itself. */
export type Source = 'resolvers' | 'parent' | 'zone';

export interface Level {
  /** The zone; empty for servers that were given instead of discovered. */
  readonly apex: string;
  readonly named: Map<Source, readonly string[]>;
  readonly hosts: Set<string>;
  /** Servers that are asked for delegations on the way down to the name. */
  readonly witnesses: Set<string>;
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

/** A name and those above it, up to and with the apex: where a delegation may lie. */
export const wayDown = (name: string, apex: string): string[] => {
  const parts = labels(name);
  const depth = labels(apex).length;
  return parts.map((_, at) => parts.slice(at).join('.')).slice(0, parts.length - depth + 1);
};

/** A sentence where those who should know do not name the same servers of the zone. */
export const disagreement = ({ apex: zone, named }: Level): string | undefined => {
  const say = (source: Source): string | undefined => {
    const hosts = named.get(source);
    return hosts && [...hosts].sort().join(', ');
  };
  const [cached, parent, own] = [say('resolvers'), say('parent'), say('zone')];
  if (parent !== undefined && own !== undefined && parent !== own) {
    return `The zone above names other servers of ${zone} (${parent}) than ${zone} itself does (${own}).`;
  }
  if (cached === undefined || (parent ?? own ?? cached) === cached) return undefined;
  return (
    `Resolvers name other servers of ${zone} (${cached}) than the zone above does (${parent ?? own}): it is moving ` +
    'to another provider, or resolvers here have a view of their own (split horizon). All were asked.'
  );
};

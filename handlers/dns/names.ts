import { sameName } from './message';

export const labels = (name: string): string[] => name.split('.').filter((label) => label !== '');

/** Whether a name is the apex of a zone, or lies below it. */
export const isWithin = (name: string, zone: string): boolean => {
  const [n, z] = [name.toLowerCase(), zone.toLowerCase()];
  return z === '' || z === '.' || n === z || n.endsWith(`.${z}`);
};

export const isAbove = (zone: string, other: string): boolean =>
  !sameName(zone, other) && isWithin(other, zone);

/** Lists the names between a name and an apex, both left out: a delegation may lie at each of them. */
export const namesBetween = (name: string, apex: string): string[] => {
  const parts = labels(name);
  return parts.map((_, at) => parts.slice(at).join('.')).slice(1, parts.length - labels(apex).length);
};

/** How many host names a list has at most. */
const LISTED_HOSTS = 8;

export const hostList = (hosts: readonly string[]): string =>
  hosts.length <= LISTED_HOSTS
    ? hosts.join(', ')
    : `${hosts.slice(0, LISTED_HOSTS).join(', ')} and ${hosts.length - LISTED_HOSTS} more`;

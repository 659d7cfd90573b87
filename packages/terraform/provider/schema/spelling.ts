import { isDeepStrictEqual } from 'node:util';

/** Returns whether two policies are equal JSON, counting a list of one as equal to its item. */
export function samePolicy(a: string, b: string): boolean {
  try {
    return isDeepStrictEqual(singled(JSON.parse(a)), singled(JSON.parse(b)));
  } catch {
    return false;
  }
}

const singled = (value: any): any => {
  if (Array.isArray(value)) {
    if (value.length === 1) return singled(value[0]);
    const items = value.map(singled);
    return items.every((item) => typeof item === 'string') ? items.sort() : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, singled(inner)]));
};

/** Returns whether two texts are the same JSON. */
export const sameJson = (a: string, b: string): boolean => sortedJson(a) === sortedJson(b);

/** Formats JSON as the provider sends it: without spaces, with sorted names. */
export const sortedJson = (text: string): string => JSON.stringify(sorted(JSON.parse(text)));

const sorted = (value: any): any => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
};

/** Returns the remote text, or the state's own spelling if both mean the same. */
export const keepSpelling = (state: string | null, remote: string): string =>
  state !== null && samePolicy(state, remote) ? state : remote;

/** Returns a name in the form of the state: in lower case, without the trailing dot. */
export const fqdn = (name: string): string => name.replace(/\.$/, '').toLowerCase();

export const sameDnsName = (a: string, b: string): boolean => fqdn(a) === fqdn(b);

import type { AwsError } from '../contract/service';
import { malformed } from './errors';
import type { Shape } from './model';
import { toDate } from './scalars';

/** Converts a value that is neither a structure, a list nor a map. */
export type Leaf = (shape: Shape, value: any) => unknown;

/** Reads a parsed body in the shapes of the SDK. Like AWS, it drops members that the model does not define. */
export function readTree(shape: Shape, value: any, leaf: Leaf): any {
  if (value === null || value === undefined) return undefined;
  const isObject = typeof value === 'object' && !Array.isArray(value);
  switch (shape.type) {
    case 'structure':
      if (!isObject) throw unexpected(value, 'a structure');
      return readMembers(shape, value, leaf);
    case 'list':
      if (!Array.isArray(value)) throw unexpected(value, 'a list');
      return value.map((item) => readTree(shape.item, item, leaf));
    case 'map':
      if (!isObject) throw unexpected(value, 'a map');
      return mapped(value, (item) => readTree(shape.item, item, leaf));
    default:
      return leaf(shape, value);
  }
}

function readMembers(shape: Shape, value: any, leaf: Leaf): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, member] of shape.members) {
    if (member.location) continue;
    const read = readTree(member, value[member.locationName ?? name], leaf);
    if (read !== undefined) result[name] = read;
  }
  return result;
}

/** Returns a member's name in the place to which a value is written; undefined if it is not written there. */
type Naming = (name: string, member: Shape) => string | undefined;

const inBody: Naming = (name, member) => (member.location ? undefined : (member.locationName ?? name));

/** Writes a value back, without members that are undefined or null. */
export function writeTree(shape: Shape, value: any, leaf: Leaf, naming: Naming = inBody): any {
  if (value === null || value === undefined) return undefined;
  switch (shape.type) {
    case 'structure': {
      const result: Record<string, unknown> = {};
      for (const [name, member] of shape.members) {
        const [at, written] = [naming(name, member), writeTree(member, value[name], leaf, naming)];
        if (at !== undefined && written !== undefined) result[at] = written;
      }
      return result;
    }
    case 'list':
      return value.map((item: unknown) => writeTree(shape.item, item, leaf, naming));
    case 'map':
      return mapped(value, (item) => writeTree(shape.item, item, leaf, naming));
    default:
      return leaf(shape, value);
  }
}

/**
 * Returns the part of a value that a request or an answer carries: the model's members, in the model's types, without
 * null.
 */
export const carried = (shape: Shape, value: any): any => writeTree(shape, value, inType, (name) => name);

const inType: Leaf = (shape, value) => {
  if (shape.type === 'string') return String(value);
  if (shape.type === 'timestamp') return toDate(value);
  return shape.type === 'blob' ? Buffer.from(value) : value;
};

const mapped = (value: object, change: (item: any) => unknown) =>
  Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]));

export const unexpected = (value: unknown, expected: string): AwsError =>
  malformed(`${Array.isArray(value) ? 'a list' : `a ${typeof value}`} can not be converted to ${expected}`);

import type { Shape } from './model';
import { toDate } from './scalars';

/** Returns what a request or an answer carries of a value: the model's members, in the model's types, and nothing that is null. */
export function carried(shape: Shape, value: any): any {
  if (value === null || value === undefined) return undefined;
  switch (shape.type) {
    case 'structure':
      return defined([...shape.members].map(([name, member]) => [name, carried(member, value[name])]));
    case 'list':
      return value.map((item: unknown) => carried(shape.item, item));
    case 'map':
      return defined(Object.entries(value).map(([key, item]) => [key, carried(shape.item, item)]));
    case 'string':
      return String(value);
    case 'timestamp':
      return toDate(value);
    case 'blob':
      return Buffer.from(value);
    default:
      return value;
  }
}

const defined = (entries: readonly (readonly [string, unknown])[]): object =>
  Object.fromEntries(entries.filter(([, value]) => value !== undefined));

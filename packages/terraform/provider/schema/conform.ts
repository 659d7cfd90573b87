import { isUnknown } from '../protocol/values';
import type { Block, CtyType } from './schema';

/**
 * Returns the value in exactly the schema's shape, on which the engine insists: an absent attribute is null, an absent
 * list or set block is empty, and nothing else is included. Sets are sorted, so that equal values compare as equal.
 */
export function conform(block: Block, value: any): any {
  if (value === null || value === undefined || isUnknown(value)) return value ?? null;
  const result: Record<string, unknown> = {};
  for (const [name, { type }] of Object.entries(block.attributes)) {
    result[name] = conformValue(type, value[name]);
  }
  for (const [name, { nesting, block: inner }] of Object.entries(block.blocks)) {
    const content = value[name];
    if (nesting === 'single' || isUnknown(content)) result[name] = conform(inner, content);
    else {
      const items = (content ?? []).map((item: unknown) => conform(inner, item));
      result[name] = nesting === 'set' ? sorted(items) : items;
    }
  }
  return result;
}

function conformValue(type: CtyType, value: any): any {
  if (value === null || value === undefined || isUnknown(value)) return value ?? null;
  if (typeof type === 'string') return value;
  const [kind, inner] = type;
  if (kind === 'object') {
    return Object.fromEntries(
      Object.entries(inner).map(([name, innerType]) => [name, conformValue(innerType, value[name])]),
    );
  }
  if (kind === 'map') {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, conformValue(inner, item)]));
  }
  const items = value.map((item: unknown) => conformValue(inner, item));
  return kind === 'set' ? sorted(items) : items;
}

const sorted = (items: unknown[]): unknown[] =>
  items
    .map((item) => ({ item, key: JSON.stringify(item) }))
    .sort((a, b) => compare(a.key, b.key))
    .filter(({ key }, index, all) => index === 0 || key !== all[index - 1]!.key)
    .map(({ item }) => item);

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

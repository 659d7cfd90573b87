import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import type { ListMistake } from '../list/mistake';

/** A domain of the list that cannot be used, and why. */
export interface BrokenDomain {
  readonly domain: string;
  readonly mistakes: readonly ListMistake[];
}

/**
 * A list without the domains that mistakes stand in.
 * @returns undefined where a mistake is not that of one domain, or no domain would be left
 */
export function soundPart(
  text: string,
  mistakes: readonly ListMistake[],
): { text: string; broken: BrokenDomain[] } | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) return undefined;
  const domains = document.get('domains');
  if (!isMap(domains)) return undefined;
  const owners = new Map<number, ListMistake[]>();
  const starts = domains.items.map(({ key }) => (isScalar(key) ? (key.range?.[0] ?? 0) : 0));
  const end = domains.range?.[1] ?? text.length;
  for (const mistake of mistakes) {
    const at = (lines.lineStarts[mistake.line - 1] ?? text.length) + mistake.column - 1;
    const owner = starts.findLastIndex((start) => start <= at);
    if (owner === -1 || at > end) return undefined;
    owners.set(owner, [...(owners.get(owner) ?? []), mistake]);
  }
  if (owners.size === domains.items.length) return undefined;
  const broken = [...owners].map(([index, found]) => ({
    domain: nameOf(domains, index),
    mistakes: found,
  }));
  domains.items = domains.items.filter((_, index) => !owners.has(index));
  return { text: document.toString(), broken };
}

function nameOf(domains: YAMLMap, index: number): string {
  const key = domains.items[index]?.key;
  return String(isScalar(key) ? key.value : key);
}

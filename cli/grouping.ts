/** Groups values, and sorts names. */

/** Groups values by their keys, in the order of the keys' first appearance. */
export function grouped<Key extends string, T>(pairs: readonly (readonly [Key, T])[]): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value]);
  return groups;
}

/** Compares names as people sort them: d2 before d12. */
export const naturally = new Intl.Collator('en', { numeric: true }).compare;

/** Formats a duration: `50 min`, `71 h`. SES may have three days; a rollback comes within minutes. */
export function formatDuration(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  return minutes < 180 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** Formats how many there are, e.g. `1 domain`, `2 domains`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Groups items by each text that is about them, in the order in which the texts come up. */
export function byText<T>(items: readonly T[], textsOf: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items)
    for (const text of textsOf(item)) groups.set(text, [...(groups.get(text) ?? []), item]);
  return groups;
}

/** Names a few domains, and counts more. */
export const named = (domains: readonly string[]): string =>
  domains.length > NAMED_AT_MOST ? `${domains.length} domains` : domains.join(', ');
const NAMED_AT_MOST = 3;

/** Compares names as people sort them: d2 before d12. */
export const naturally = new Intl.Collator('en', { numeric: true }).compare;

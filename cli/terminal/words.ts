/** Formats a duration: `50 min`, `71 h`. SES may have three days; a rollback comes within minutes. */
export function formatDuration(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  return minutes < 180 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** Formats how many there are, e.g. `1 domain`, `2 domains`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

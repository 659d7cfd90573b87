/** Formats a number of things, e.g. `2 subscriptions`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The next step, with the person who acts and the time, which every overview shows. */
export interface NextStep {
  readonly who: string;
  readonly what: string;
  /** e.g. `since 2026-12-03` or `until 2026-11-25T12:40:00.000Z`; absent if now. */
  readonly when?: string;
}

/** Formats a duration, from minutes for a rollback to three days for SES: `50 min`, `71 h`. */
export function formatDuration(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  return minutes < 180 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** Lists a few names, and the number of the others. */
export const several = (names: readonly string[]): string =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');

/** e.g. `the DNS team: remove the record of s1, since 2026-12-03`. */
export const formatStep = ({ who, what, when }: NextStep): string =>
  `${who}: ${what}${when === undefined ? '' : `, ${when}`}`;

/** Begins a sentence with a clause. */
export const capitalized = (clause: string): string => clause.charAt(0).toUpperCase() + clause.slice(1);

/** Formats the name of a function, as in a failed call. */
export const functionIn = (name: string, region: string): string => `function ${name} in ${region}`;

/** What a call to AWS is about, if its name alone does not say it. */
export type Called =
  | { readonly kind: 'function'; readonly functionName: string; readonly region: string }
  | { readonly kind: 'schedules'; readonly group: string; readonly region: string }
  /** An object, with the account that should own its bucket. */
  | { readonly kind: 'object'; readonly uri: string; readonly account: string };

/** Formats what a call to AWS is about, as in a failed call. */
export function calledWords(called: Called): string {
  switch (called.kind) {
    case 'function':
      return functionIn(called.functionName, called.region);
    case 'schedules':
      return `the schedules of ${called.group} in ${called.region}`;
    case 'object':
      return `${called.uri}, a bucket of account ${called.account}`;
  }
}

import { SELECTOR_PATTERN } from '../handlers/contract/contract';
import { NoNextSelector } from './mistake';

/**
 * Pattern of the next selector: `{yyyy}`, `{mm}` and `{dd}` stand for the date, `{n}` for the next number; or two names that
 * alternate, as for two CNAMEs that are published once.
 */
export type SelectorNaming = string | readonly [string, string];

export interface NamingInput {
  readonly naming: SelectorNaming | undefined;
  /** The selector of today. */
  readonly current: string;
  /** Other selectors that may still be in use: earlier ones of the list and of the ledger. */
  readonly inUse: readonly string[];
  /** Milliseconds since 1970; dates are UTC. */
  readonly now: number;
}

/** Returns the next selector. @throws NoNextSelector if the naming gives one that is in use or that SES does not accept */
export function nextSelector({ naming, current, inUse, now }: NamingInput): string {
  const taken = new Set([current, ...inUse]);
  const next = proposed(naming ?? namingOf(current), current, taken, now);
  if (!SELECTOR_PATTERN.test(next)) throw new NoNextSelector('SELECTOR_INVALID', { naming, next });
  // DNS does not distinguish upper and lower case.
  if ([...taken].some((each) => each.toLowerCase() === next.toLowerCase()))
    throw new NoNextSelector('SELECTOR_TAKEN', { naming, next });
  return next;
}

function proposed(naming: SelectorNaming, current: string, taken: ReadonlySet<string>, now: number): string {
  if (typeof naming !== 'string') return naming[0] === current ? naming[1] : naming[0];
  const [yyyy, mm, dd] = new Date(now).toISOString().slice(0, 10).split('-') as [string, string, string];
  const dated = naming.replaceAll('{yyyy}', yyyy).replaceAll('{mm}', mm).replaceAll('{dd}', dd);
  if (!dated.includes('{n}')) return dated;
  return dated.replaceAll('{n}', String(1 + Math.max(0, ...[...taken].map((each) => numberIn(dated, each)))));
}

/** Returns the number in a selector at the place of `{n}`, or 0 for a selector of another naming. */
function numberIn(naming: string, selector: string): number {
  const [before = '', after = ''] = naming.split('{n}');
  if (!selector.startsWith(before) || !selector.endsWith(after)) return 0;
  const digits = selector.slice(before.length, after === '' ? undefined : -after.length);
  return /^\d{1,9}$/.test(digits) ? Number(digits) : 0;
}

/** Matches a date or a month in a selector: `20250917`, `2025-09`. */
const DATE = /(?<!\d)20\d\d(-?)(?:0[1-9]|1[0-2])(?:\1(0[1-9]|[12]\d|3[01]))?(?!\d)/;

/**
 * Returns the default naming: a date in the selector becomes today's, and a number at its end becomes the next one. A selector
 * without either is followed by the month.
 */
function namingOf(current: string): string {
  const dated = current.replace(DATE, (_, dash, day) =>
    ['{yyyy}', '{mm}', ...(day ? ['{dd}'] : [])].join(dash),
  );
  const naming = dated.replace(/(?<=[^\d])\d{1,3}$/, '{n}');
  return naming === current ? '{yyyy}{mm}' : naming;
}

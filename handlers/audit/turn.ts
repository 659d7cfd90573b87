import type { Ledger } from '../ledger/ledger';
import { automaticOf, type Due, dueOf } from '../rotation/turn';
import { type DomainReport, type Finding, finding } from './findings';

export interface JudgedTurn {
  readonly due?: NonNullable<DomainReport['due']>;
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
  /** What of the others is still somebody's to do something about. */
  readonly left: (findings: readonly Finding[]) => readonly Finding[];
}

/** What a person would have to do where nothing rotates by itself. */
const DONE_ITSELF: readonly Finding['code'][] = ['KEY_DUE', 'RECORD_MAY_GO'];

const NEXT: Readonly<Record<NonNullable<DomainReport['due']>, (selector: string) => string>> = {
  begin: (selector) => `the function rotates it to ${selector} by itself`,
  'change-over': (selector) => `the function changes SES over to ${selector} by itself`,
  revoke: (selector) => `the function takes the record of ${selector} back by itself`,
};

/** Where a domain rotates by itself: what the function does next, and what hinders it. */
export function judgeTurn(ledger: Ledger, madeAt: number | undefined, now: number): JudgedTurn {
  if (automaticOf(ledger) === undefined) return { findings: [], notes: [], left: (all) => all };
  const due: Due = dueOf(ledger, madeAt, now);
  const isItsOwn = ({ code }: Finding): boolean => DONE_ITSELF.includes(code);
  const quiet = {
    findings: [],
    notes: [],
    left: (all: readonly Finding[]) => all.filter((each) => !isItsOwn(each)),
  };
  if (due.kind !== 'nothing') return { ...quiet, due: due.kind, notes: [NEXT[due.kind](due.selector)] };
  if (due.blocked)
    return { ...quiet, left: (all) => all.map((each) => (isItsOwn(each) ? hindered(each, due.why) : each)) };
  if (due.failedUntil === undefined) return quiet;
  return { ...quiet, findings: [finding('ROTATION_FAILED', `It is to rotate by itself, but ${due.why}.`)] };
}

const hindered = (finding: Finding, why: string): Finding => ({
  ...finding,
  found: `${finding.found} It does not rotate by itself: ${why}.`,
});

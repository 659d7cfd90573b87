import { REVERT_RETRY } from '../budgets';
import { DAY_MS, iso } from '../clock';
import { isWaiting } from '../ledger/ledger';
import { automaticOf, dueOf } from '../rotation/turn';
import { type Finding, type FindingCode, finding } from './finding-catalogue';
import type { Audited, Seen } from './look';
import type { DomainReport } from './report';

/** A deploy that has not come to its end after a day has been forgotten. */
const FORGOTTEN_MS = DAY_MS;

/** Whether a change waits for its confirmation longer than it should. */
export function judgeOpen({ ledger: { open }, now }: Audited): Finding[] {
  if (open === null) return [];
  const since = iso(open.startedAt);
  if (open.armed === null)
    return now > open.startedAt + FORGOTTEN_MS
      ? finding('UNCONFIRMED', `The change of ${since} was never confirmed, and nothing undoes it by itself.`)
      : [];
  if (now <= open.armed.at + REVERT_RETRY.graceMs) return [];
  const at = iso(open.armed.at);
  return finding(
    'REVERT_OVERDUE',
    isWaiting(open)
      ? `SES has not verified the change of ${since}, and it should have been looked again at ${at}, but was not.`
      : `The change of ${since} was not confirmed, and should have been undone at ${at}, but was not.`,
  );
}

/** Whether the last change was put back because SES did not verify it, and nobody has mended that since. */
export function judgeUnverified({ ledger: { open, unverified } }: Audited): Finding[] {
  if (unverified === null || open !== null) return [];
  const { selector, at, minutes, status, times } = unverified;
  return finding(
    'PUT_BACK',
    `SES had not verified selector ${selector} within ${minutes} minutes (${status}), so what was before was put ` +
      `back at ${iso(at)}${times > 1 ? `, ${times} times in a row` : ''}.`,
  );
}

/** What a person would have to do where nothing rotates by itself. */
const DONE_ITSELF: readonly FindingCode[] = ['KEY_DUE', 'RECORD_MAY_GO'];

const NEXT: Readonly<Record<NonNullable<DomainReport['due']>, (selector: string) => string>> = {
  begin: (selector) => `the function rotates it to ${selector} by itself`,
  'change-over': (selector) => `the function changes SES over to ${selector} by itself`,
  revoke: (selector) => `the function takes the record of ${selector} back by itself`,
};

/**
 * Where a domain rotates by itself: what the function does next, and what hinders it.
 * @param others what was found of the key and of earlier records, of which some is nobody's to do any more
 */
export function judgeTurn(
  { ledger, now }: Audited,
  madeAt: number | undefined,
  others: readonly Finding[],
): Seen & Pick<DomainReport, 'due'> {
  if (automaticOf(ledger) === undefined) return { findings: others };
  const due = dueOf(ledger, madeAt, now);
  const isItsOwn = ({ code }: Finding): boolean => DONE_ITSELF.includes(code);
  if (due.kind === 'nothing' && due.because === 'blocked') {
    const hindered = (each: Finding): Finding => ({
      ...each,
      found: `${each.found} It does not rotate by itself: ${due.why}.`,
    });
    return { findings: others.map((each) => (isItsOwn(each) ? hindered(each) : each)) };
  }
  const findings = others.filter((each) => !isItsOwn(each));
  if (due.kind !== 'nothing') return { findings, due: due.kind, notes: [NEXT[due.kind](due.selector)] };
  if (due.because !== 'failed') return { findings };
  const failed = finding('ROTATION_FAILED', `It is to rotate by itself, but ${due.why}.`);
  return { findings: [...findings, ...failed] };
}

import { REVERT_RETRY } from '../budgets';
import { DAY_MS, iso } from '../clock';
import { isWaiting } from '../ledger/ledger';
import type { Audited } from './audited';
import { type Finding, finding } from './finding-catalogue';

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
      ? `SES has not verified the change of ${since}, and the check that was due at ${at} did not run.`
      : `The change of ${since} was not confirmed, and should have been undone at ${at}, but was not.`,
  );
}

/** Whether the last change was rolled back because SES did not verify it, and no change has succeeded since. */
export function judgeUnverified({ ledger: { open, unverified } }: Audited): Finding[] {
  if (unverified === null || open !== null) return [];
  const { selector, at, minutes, status, times } = unverified;
  return finding(
    'PUT_BACK',
    `SES had not verified selector ${selector} within ${minutes} minutes (${status}), so what was before was put ` +
      `back at ${iso(at)}${times > 1 ? `, ${times} times in a row` : ''}.`,
  );
}

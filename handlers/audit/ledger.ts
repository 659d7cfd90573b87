import { REVERT_RETRY } from '../budgets';
import { DAY_MS, iso } from '../clock';
import { isWaiting, type Ledger } from '../ledger/ledger';
import { inForceIn } from '../rotation/other-regions';
import { type Finding, finding } from './finding-catalogue';
import type { Audited } from './look';

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

/**
 * Whether all regions of a domain sign with the same selector: one that was left behind in a rotation keeps the old
 * record needed, and the old key in use. Those that differ since today are on their way.
 */
export function judgeRegions({
  ledger,
  elsewhere,
  now,
}: Pick<Audited, 'ledger' | 'elsewhere' | 'now'>): Finding[] {
  if (elsewhere === null)
    return finding('NOT_CHECKED', 'What other regions of this domain sign with could not be read.', {
      todo: 'Deploy the control stacks of all its regions (one that was taken out: control.formerRegions), then run the audit again.',
    });
  const isSettled = ({ history }: Ledger) => (Date.parse(history.at(-1)?.at ?? '') || 0) < now - DAY_MS;
  const here = inForceIn(ledger);
  const differing = elsewhere
    .filter(isSettled)
    .map(inForceIn)
    .filter(({ selector }) => selector !== null && selector !== here.selector);
  if (differing.length === 0 || !isSettled(ledger)) return [];
  const theirs = differing.map(({ region, selector }) => `${region} with ${selector}`).join(', ');
  return finding(
    'REGIONS_DIFFER',
    `The regions of ${ledger.domain} sign with different keys: ${here.region} with ${here.selector}, ${theirs}.`,
  );
}

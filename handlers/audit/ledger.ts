import type { SigningState } from '../aws/email-identity';
import { REVERT_RETRY } from '../budgets';
import { DAY_MS, iso } from '../clock';
import { ACTIONS } from '../contract';
import { isWaiting } from '../ledger/ledger';
import { signsWith } from '../transaction/signing-state';
import { type Audited, NOTHING_FOUND, type Seen } from './audited';
import { type Finding, finding } from './finding-catalogue';
import { armForDomain } from './later';

/** A deploy that has not come to its end after a day has been forgotten. */
const FORGOTTEN_MS = DAY_MS;

/**
 * Checks whether a change waits for its confirmation longer than it should. A scheduled audit arms the schedule that did not
 * fire again: so no change is forgotten.
 */
export async function checkOpen(audited: Audited, state: SigningState | null | undefined): Promise<Seen> {
  const { open, domain, region } = audited.ledger;
  if (open === null) return NOTHING_FOUND;
  const since = iso(open.startedAt);
  if (open.armed === null)
    return audited.now > open.startedAt + FORGOTTEN_MS
      ? {
          findings: finding(
            'UNCONFIRMED',
            `The change of ${since} was never confirmed, and nothing undoes it by itself.`,
          ),
        }
      : NOTHING_FOUND;
  const { number: arming, at: dueAt } = open.armed;
  if (audited.now <= dueAt + REVERT_RETRY.graceMs) return NOTHING_FOUND;
  const isVerified = state?.status === 'SUCCESS' && signsWith(state, open.wanted.selector);
  const found = !isWaiting(open)
    ? `The change of ${since} was not confirmed, and should have been undone at ${iso(dueAt)}, but was not.`
    : `SES has ${isVerified ? '' : 'not '}verified the change of ${since}, and the check that was due at ${iso(dueAt)} did not run.`;
  const todo =
    isWaiting(open) && isVerified ? 'Run byodkim confirm <domain>: the change is done.' : undefined;
  if (!audited.acts) return { findings: finding('REVERT_OVERDUE', found, { todo }) };
  const { transaction } = open;
  const payload = { action: ACTIONS.revertUnconfirmed, domain, region, transaction, arming };
  const armed = await armForDomain(audited, 'late', payload, 'Makes up for a schedule that did not fire');
  return {
    findings: finding('REVERT_OVERDUE', `${found} ${armed.words}`, {
      todo:
        armed.at === undefined
          ? todo
          : 'Nothing, unless the next audit finds this still. Then run byodkim drill.',
    }),
  };
}

/** Whether the last change was rolled back because SES did not verify it, and no change has succeeded since. */
export function judgeUnverified({ ledger: { open, unverified } }: Audited): Finding[] {
  if (unverified === null || open !== null) return [];
  const { selector, at, minutes, status, times } = unverified;
  return finding(
    'ROLLED_BACK',
    `SES had not verified selector ${selector} within ${minutes} minutes (${status}), so it was rolled back ` +
      `at ${iso(at)}${times > 1 ? `, ${times} times in a row` : ''}.`,
  );
}

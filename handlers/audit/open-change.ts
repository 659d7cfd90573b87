import { REVERT_RETRY } from '../budgets';
import { DAY_MS, iso } from '../clock';
import { ACTIONS } from '../contract/contract';
import { isWaiting } from '../ledger/ledger';
import { signsWith } from '../ledger/signing-state';
import { manualCommands } from '../notices/aws-commands';
import type { Audited } from './audited';
import { type Finding, finding } from './finding-catalogue';
import { armForDomain } from './later';

/** A deploy that has not ended after a day is forgotten. */
const FORGOTTEN_MS = DAY_MS;

/**
 * Checks whether a change has waited too long for its confirmation. A scheduled audit arms a schedule again that did not
 * fire, so that no change is forgotten.
 */
export async function checkOpen(audited: Audited): Promise<Finding[]> {
  const { state, now } = audited;
  const { open } = audited.ledger;
  if (open === null) return [];
  const { startedAt, armed, transaction, failing } = open;
  const change = `The change of ${iso(startedAt)}`;
  if (armed === null)
    return now > startedAt + FORGOTTEN_MS
      ? finding('UNCONFIRMED', `${change} was never confirmed, and no schedule rolls it back.`)
      : [];
  // What fails is tried again by itself, and found by its reason.
  const isTried = failing !== undefined && now - failing.at < 2 * REVERT_RETRY.seldom.everyMs;
  if (isTried || now <= armed.at + REVERT_RETRY.graceMs) return [];
  const isDone = isWaiting(open) && state?.status === 'SUCCESS' && signsWith(state, open.wanted.selector);
  const found = !isWaiting(open)
    ? `${change} was not confirmed, and should have been rolled back at ${iso(armed.at)}, but was not.`
    : `${change} ${isDone ? 'is verified by SES' : 'waits for SES'}, and the check that was due at ${iso(armed.at)} did not run.`;
  const asked = { action: ACTIONS.revertUnconfirmed, transaction, arming: armed.number };
  const { at, problem } = await armForDomain(audited, 'late', asked);
  const again = at
    ? ` It is armed again for ${at}.`
    : problem
      ? ` It could not be armed again: ${problem}`
      : '';
  return finding('REVERT_OVERDUE', `${found}${again}`, { facts: { isDone, isArmedAgain: at !== undefined } });
}

/** Checks whether the last rollback failed, or was made because SES did not verify the change. */
export function judgeRollback({ ledger }: Audited): Finding[] {
  const { open, unverified, last } = ledger;
  const commands = open === null ? [] : manualCommands(ledger, open.previous);
  if (open?.failing) {
    const { code, what, since, at } = open.failing;
    const found = `The rollback, or the check, of the change of ${iso(open.startedAt)} fails, last at ${iso(at)}: ${code}: ${what}`;
    return finding('ROLLBACK_FAILED', found, { stage: code, since: iso(since), facts: { commands } });
  }
  if (last?.event === 'rollback-failed') {
    const since = iso(last.at);
    const found = `A change failed at ${since}, and so did its rollback.`;
    return finding('ROLLBACK_FAILED', found, { since, facts: { commands } });
  }
  if (unverified === null || open !== null) return [];
  const { selector, at, minutes, status, times } = unverified;
  return finding(
    'ROLLED_BACK',
    `SES had not verified selector ${selector} within ${minutes} minutes (${status}), so it was rolled back ` +
      `at ${iso(at)}${times > 1 ? `, ${times} times in a row` : ''}.`,
  );
}

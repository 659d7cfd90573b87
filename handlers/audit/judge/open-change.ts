import { REVERT_RETRY } from '../../budgets';
import { DAY_MS, iso } from '../../clock';
import { ACTIONS } from '../../contract/contract';
import { isWaiting, type Ledger } from '../../ledger/ledger';
import { signsWith } from '../../ledger/signing-state';
import { manualCommands } from '../../notices/aws-commands';
import { type Finding, finding } from '../findings/finding';
import type { Audited } from '../run/audited';
import { armForDomain } from '../run/later';

/** A deploy that has not finished after a day counts as forgotten. */
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
  if (armed === null)
    return now > startedAt + FORGOTTEN_MS ? [finding('UNCONFIRMED', { startedAt: iso(startedAt) })] : [];
  // The function retries a failure by itself, and the finding has its reason.
  const isTried = failing !== undefined && now - failing.at < 2 * REVERT_RETRY.seldom.everyMs;
  if (isTried || now <= armed.at + REVERT_RETRY.graceMs) return [];
  const isDone = isWaiting(open) && state?.status === 'SUCCESS' && signsWith(state, open.wanted.selector);
  const ofCheck = isDone ? 'done' : 'check';
  const asked = { action: ACTIONS.revertUnconfirmed, transaction, arming: armed.number };
  const { at, problem } = await armForDomain(audited, 'late', asked);
  return [
    finding('REVERT_OVERDUE', {
      startedAt: iso(startedAt),
      dueAt: iso(armed.at),
      of: isWaiting(open) ? ofCheck : 'revert',
      armedAgainAt: at,
      problem,
    }),
  ];
}

/** Returns the commands that restore the prior state manually; `null` unless a rollback fails. */
export function restoreCommands(ledger: Ledger): readonly string[] | null {
  const { open, last } = ledger;
  const isFailing = open?.failing !== undefined || last?.event === 'rollback-failed';
  return open !== null && isFailing ? manualCommands(ledger, open.previous) : null;
}

/** Checks whether the last rollback failed, or was made because SES did not verify the change. */
export function judgeRollback({ ledger }: Audited): Finding[] {
  const { open, unverified, last } = ledger;
  const commands = restoreCommands(ledger) ?? [];
  if (open?.failing) {
    const { code, what: message, since, at } = open.failing;
    const facts = {
      kind: 'failing',
      startedAt: iso(open.startedAt),
      at: iso(at),
      code,
      message,
      commands,
    } as const;
    // The schedule may only repeat a rollback that its change has tried.
    const began = last?.event === 'rollback-failed' ? Math.min(last.at, since) : since;
    return [finding('ROLLBACK_FAILED', facts, { stage: code, since: iso(began) })];
  }
  if (last?.event === 'rollback-failed') {
    const since = iso(last.at);
    return [finding('ROLLBACK_FAILED', { kind: 'failed', at: since, commands }, { since })];
  }
  if (unverified === null || open !== null) return [];
  const { selector, at, minutes, status, times } = unverified;
  return [finding('ROLLED_BACK', { selector, minutes, status, at: iso(at), times })];
}

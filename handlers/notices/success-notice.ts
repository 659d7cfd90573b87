/** Makes the notice of a result by the kind of request, or `null` if nothing has happened that a person must know. */

import type { ChangeResult } from '../ledger/ledger';
import type { Confirmed, Fired, Reverted } from '../ledger/results';
import type { NotedWork } from '../words/notice-layout';
import type { ResultNotice } from '../words/result-notices';

export function changeNotice(
  _: NotedWork,
  result: ChangeResult | { readonly healed: boolean },
): ResultNotice | null {
  if (!('changed' in result && result.changed)) return null;
  return {
    kind: 'changed',
    selector: result.selector,
    status: result.final_dkim_status,
    origin: result.signing_origin,
    fingerprint: result.fingerprint,
    verified: result.final_dkim_status === 'SUCCESS',
    revertsAt: result.reverts_at,
    retiring: result.retiring,
    unverifiedSeconds: result.unverified_seconds,
    unsignedMail: result.unsigned_mail,
    verifiedForSending: result.verified_for_sending,
  };
}

/** Returns the notice of a change that was made again, since its revert had fired before the confirmation. */
export const reapplyNotice = (_: NotedWork, { reapplied, selector }: Confirmed): ResultNotice | null =>
  reapplied ? { kind: 'changed-again', selector } : null;

/** Returns the notice of a rollback, or of a rollback that has become impossible. */
export function revertNotice(_: NotedWork, result: Reverted): ResultNotice | null {
  const { reverted, incomplete, facts: outcome, unproved } = result;
  if (incomplete) return { kind: 'not-rolled-back', outcome, unproved };
  return reverted ? { kind: 'rolled-back', outcome, unproved } : null;
}

/** Returns the notice of the result of a change's schedule: SES has verified the change, or it was rolled back. */
export function firedNotice(noted: NotedWork, result: Fired): ResultNotice | null {
  const { selector, after_minutes: minutes, verified, unverified, facts: outcome, unproved } = result;
  if (unverified !== undefined) return { kind: 'unverified', ...unverified, outcome, unproved };
  if (verified) return { kind: 'verified', selector, minutes };
  const notice = revertNotice(noted, result);
  return notice?.kind === 'rolled-back' ? { ...notice, begunBefore: result.begun_before } : notice;
}

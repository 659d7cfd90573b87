import type { SigningRequest } from '../contract/input/event';
import { askedRemovalOf } from '../ledger/removals';
import type { Session } from '../ledger/session';
import { removalWithdrawn } from '../ledger/transitions';
import { dnsNotice } from '../notices/dns-notice';
import { isHeard, notify } from '../notices/publish';
import type { Warning } from '../words/results';

/**
 * Asks the DNS team to keep the record of the selector that a change has set, if it was asked to remove it. The request is
 * forgotten only after somebody was notified, so that a run that ends in between is repeated. Never fails the change.
 * @returns a warning
 */
export async function withdrawRemoval(session: Session, request: SigningRequest): Promise<Warning[]> {
  const asked = askedRemovalOf(session.ledger.removals, request);
  if (asked === undefined) return [];
  const text = dnsNotice(session.world, request, { kind: 'withdrawal', ...asked });
  const notice = await notify(session.world, session.services, 'dns-team', text);
  if (!isHeard(notice)) return [{ kind: 'removal-not-withdrawn', ...asked }];
  // Another run may have written meanwhile. The request then stays, and the audit finds it.
  await session
    .finish(removalWithdrawn(session.ledger, request.selector))
    .catch((error: unknown) => session.warn('withdrawal-not-recorded', error));
  return [{ kind: 'removal-withdrawn', ...asked }];
}

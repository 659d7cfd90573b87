import { ByodkimError } from '../errors';
import type { Attempt, Ledger } from './ledger';

/**
 * A newer attempt at this domain has come since: an older one that is repeated late must not win over it.
 * @throws ByodkimError CONCURRENT_UPDATE.
 */
export function refuseOvertaken(ledger: Ledger, attempt: Attempt): void {
  const by = overtakenBy(ledger, attempt.transaction);
  if (by !== null) throw overtaken(attempt, by);
}

export const overtaken = ({ transaction, request }: Attempt, by: string): ByodkimError =>
  new ByodkimError(
    'CONCURRENT_UPDATE',
    `Transaction ${transaction} of ${request.domain} was overtaken by ${by}: another deploy of this domain is at ` +
      'work or has ended since. Plan and deploy again; if the plan is empty, replace the Attempt.',
    { domain: request.domain, transaction, by },
  );

function overtakenBy({ open, owner, lastRevert, history }: Ledger, transaction: string): string | null {
  const own = [open?.transaction, owner?.transaction, ...(lastRevert?.undid ?? [])];
  const current = open?.owner?.transaction ?? owner?.transaction;
  if (own.includes(transaction) || current === undefined) return null;
  // By when they began: an older one that is confirmed late has not overtaken anybody.
  const began = (id: string) => history.findIndex((entry) => entry.transaction === id);
  return began(transaction) !== -1 && began(current) > began(transaction) ? current : null;
}

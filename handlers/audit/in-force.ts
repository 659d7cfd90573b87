import type { KeyReference } from '../key/key-source';
import type { Ledger } from '../transaction/ledger';

/** What SES should sign with, as far as we have set it. */
export interface InForce {
  readonly selector: string;
  /** Absent after a direct call on a domain without a stack: the ledger does not keep it. */
  readonly key?: KeyReference;
}

/** What is in force by the ledger; `null`: nothing of ours, since it was undone or destroyed. */
export function inForce({ open, owner, history }: Ledger): InForce | null {
  const wanted = open?.wanted ?? owner?.wanted;
  if (wanted !== undefined) return wanted;
  // A direct call confirms itself and leaves no owner: the last one that was not undone is in force.
  const undone = new Set<string>();
  for (const { event, transaction, selector } of [...history].reverse()) {
    if (event === 'destroyed') return null;
    if (event === 'reverted') undone.add(transaction);
    if ((event === 'confirmed' || event === 'noted') && !undone.has(transaction) && selector !== undefined)
      return { selector };
  }
  return null;
}

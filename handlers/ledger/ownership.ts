/** Decides which transaction owns a domain's signing state: whose delete rolls back, which was overtaken or left behind. */

import type { SigningRequest } from '../contract/event';
import { ByodkimError } from '../errors/errors';
import { type Attempt, currentOwner, type Ledger, type Owner, type Snapshot, type Wanted } from './ledger';

/** Returns the owner of the state once this attempt's change is in force. */
export function ownerAfter(
  ledger: Ledger,
  { transaction, source, request }: Attempt,
  wanted: Wanted,
): Owner | null {
  const { open, owner } = ledger;
  // A direct call changes the state, not the owner. A stack's change that was cut off never came to own anything.
  if (source === 'direct') return open?.phase === 'applied' ? open.owner : owner;
  return {
    transaction,
    wanted,
    confirmed: false,
    gate: request.gate,
    heal: request.heal === true ? { dnsRecords: request.keyStore.dnsRecords } : undefined,
    mailFrom: mailFromOf(request),
    replaces: confirmedOf(owner),
    rotation: request.rotation,
    driftToken: request.driftToken,
  };
}

function mailFromOf({ domain, mailFrom }: SigningRequest): Owner['mailFrom'] {
  const { subdomain, onMxFailure = 'use-default' } = mailFrom ?? {};
  return subdomain === undefined ? undefined : { domain: `${subdomain}.${domain}`, onMxFailure };
}

/** Returns the last transaction that its stack has confirmed. */
const confirmedOf = (owner: Owner | null): string | undefined =>
  owner?.confirmed ? owner.transaction : owner?.replaces;

/** Refuses to confirm while a newer attempt is open. @throws ByodkimError CONCURRENT_UPDATE. */
export function refuseNewer({ open }: Ledger, attempt: Attempt): void {
  if (open === null || open.source !== 'terraform' || open.transaction === attempt.transaction) return;
  throw overtaken(attempt, open.transaction);
}

export const overtaken = ({ transaction, request }: Attempt, by: string): ByodkimError =>
  new ByodkimError('CONCURRENT_UPDATE', {
    what:
      `Transaction ${transaction} of ${request.domain} was overtaken by ${by}: another deploy of this domain is at ` +
      'work or has ended since.',
    advice: 'Plan and deploy again; if the plan is empty, replace the Attempt.',
    details: { domain: request.domain, transaction, by },
  });

/**
 * Returns the newer transaction that an older attempt, late or repeated, must not win over; `null`: it is not overtaken.
 * @param found the ledger as it was when the attempt began; `null`: there was none, undefined: it was not read
 */
export function overtakenBy(
  ledger: Ledger,
  transaction: string,
  found: Ledger | null | undefined,
): string | null {
  const { open, owner, lastRevert, history } = ledger;
  const current = currentOwner(ledger)?.transaction;
  if (current === undefined || current === transaction) return null;
  if (found !== undefined && (found === null || !isKnown(found, current))) return current;
  const own = [open?.transaction, owner?.transaction, ...(lastRevert?.undid ?? [])];
  if (own.includes(transaction)) return null;
  // By when they began: an older transaction that is confirmed late has not overtaken a newer one.
  const began = (id: string) => history.findIndex((entry) => entry.transaction === id);
  return began(transaction) !== -1 && began(current) > began(transaction) ? current : null;
}

/** Whether it was confirmed and a newer one that is in force was not: its stack is being destroyed. */
export const isLeftBehind = (ledger: Ledger, transaction: string): boolean =>
  confirmedOf(ledger.owner) === transaction && currentOwner(ledger)?.transaction !== transaction;

/** Whether the delete of this transaction's `Signing` rolls back. Otherwise it is superseded and does nothing. */
const deleteActs = (ledger: Ledger, transaction: string): boolean =>
  isCurrent(ledger, transaction) ||
  ledger.destroyBegun === transaction ||
  isLastStanding(ledger, transaction);

/** Whether the signing state is this transaction's, or is being changed by it. */
const isCurrent = (ledger: Ledger, transaction: string): boolean =>
  currentOwner(ledger)?.transaction === transaction || ledger.open?.transaction === transaction;

/**
 * Whether no newer transaction has been applied since this one: it owns the state, or the last revert undid it or
 * rolled back to it. A change that was cut off, or a direct call, supersedes none: the engine has no `Signing` of it
 * that it could delete.
 */
function isLastStanding({ open, owner, lastRevert }: Ledger, transaction: string): boolean {
  if (open !== null && open.phase === 'applied' && open.source === 'terraform') return false;
  const standing = [owner?.transaction, lastRevert?.restored, ...(lastRevert?.undid ?? [])];
  return standing.includes(transaction);
}

/** Returns why the delete of this transaction's `Signing` does nothing; `null`: it acts. */
export function whyDeleteDoesNothing(ledger: Ledger, transaction: string): string | null {
  const acts = deleteActs(ledger, transaction);
  if (acts && isReplacedAlone(ledger, transaction))
    return `Signing of transaction ${transaction} was created once more, and this is an earlier object of it: SES was left as it is`;
  if (acts) return null;
  const current = currentOwner(ledger)?.transaction;
  if (ledger.baseline === null && current === undefined) return 'what was before is already restored';
  return `transaction ${transaction} is superseded${current ? ` by ${current}` : ''}: it no longer owns the signing state`;
}

/** Whether the ledger knows this transaction. If not, it may be an earlier version that was restored. */
export const isKnown = (ledger: Ledger, transaction: string): boolean =>
  // The history is cut, so it may not go back to the current one.
  currentOwner(ledger)?.transaction === transaction ||
  ledger.history.some((entry) => entry.transaction === transaction) ||
  ledger.lastRevert?.undid.includes(transaction) === true;

/**
 * Decides whether the delete of this transaction's `DnsGate` ends a destroy in which that of `Signing` did not act: the
 * engine had no `Signing`, since the answer of its create was lost, and a direct call has taken its change over; or
 * `Signing` was created more than once, so its delete could be that of an earlier object. A change of this transaction
 * that is still open is armed, and reverts.
 * @returns `unclear`: `DnsGate` was created more than once as well, so this can be the delete of an earlier one
 */
export function endsDestroy(ledger: Ledger, transaction: string): 'yes' | 'no' | 'unclear' {
  const owner = currentOwner(ledger);
  const isUnconfirmed = owner?.transaction === transaction && !owner.confirmed;
  const isTakenOver = isUnconfirmed && ledger.open?.transaction !== transaction;
  const isUnnoticed = isTakenOver || ledger.recreated.includes(transaction);
  if (!isUnnoticed || !deleteActs(ledger, transaction)) return 'no';
  return ledger.regated.includes(transaction) ? 'unclear' : 'yes';
}

/** Whether `Signing` of this transaction has reached its end before: what is created now, is created once more. */
export const hasCreated = ({ history }: Ledger, transaction: string): boolean =>
  history.some((entry) => entry.transaction === transaction && ENDS_CREATE.includes(entry.event));

const ENDS_CREATE: readonly string[] = ['applied', 'adopted', 'confirmed'];

/**
 * Returns the transaction whose `DnsGate` is replaced when one of `transaction` is created: a later delete of it need not
 * be that of a destroy. `null`: this is the first one, or its delete is told from a destroy in other ways.
 */
export function gateReplaced(ledger: Ledger, transaction: string): string | null {
  // The ledger hears of a transaction by its `Signing`, which comes after its first `DnsGate`.
  if (isKnown(ledger, transaction)) return transaction;
  const current = currentOwner(ledger)?.transaction;
  return current !== undefined && ledger.recreated.includes(current) ? current : null;
}

/** Whether its `Signing` was created more than once, and its stack is not being destroyed: `Confirmation` is still there. */
export const isReplacedAlone = ({ recreated, owner, destroyBegun }: Ledger, transaction: string): boolean =>
  recreated.includes(transaction) &&
  owner?.transaction === transaction &&
  owner.confirmed &&
  destroyBegun !== transaction;

/** Whether a revert of the open change, or a destroy, would restore this selector. */
export const isRollbackTarget = ({ open, baseline }: Ledger, selector: string): boolean =>
  restores(open?.previous, selector) || restores(baseline, selector);

/** Whether a rollback to a state sets this selector. */
export const restores = (state: Snapshot | null | undefined, selector: string): boolean =>
  state?.restoration.kind === 'byodkim' && state.restoration.selector === selector;

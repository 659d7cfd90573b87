/**
 * Decides which stack owns a domain's signing state, what the delete of a stack's `Baseline` does, and which attempt was
 * overtaken.
 */
import { mailFromDomainOf } from '../contract/contract';
import type { SigningRequest } from '../contract/input/event';
import { ByodkimError } from '../errors/errors';
import {
  type ChangeAttempt,
  currentOwner,
  isSetInSes,
  type Ledger,
  type Owner,
  type Snapshot,
  type StackAttempt,
  type TakenFrom,
  type Wanted,
} from './ledger';

/** Returns the owner of the state after this attempt's change is in force. */
export function ownerAfter(ledger: Ledger, attempt: ChangeAttempt, wanted: Wanted): Owner | null {
  const { open, owner } = ledger;
  // A direct call changes the state, not the owner. A stack whose change was cut off never owned anything.
  if (attempt.source === 'direct') return isSetInSes(open) ? open.owner : owner;
  const { transaction, stack, request } = attempt;
  return {
    transaction,
    stack,
    wanted,
    confirmed: false,
    gate: request.gate,
    heal: request.heal === true ? { dnsRecords: request.keyStore.dnsRecords } : undefined,
    mailFrom: mailFromOf(request),
    senders: request.senders,
    rotation: request.rotation,
    forgets: request.irreversible === 'allow' ? true : undefined,
    driftToken: request.driftToken,
    takenFrom: takenFrom(isSetInSes(open) ? open.owner : owner, attempt, wanted),
  };
}

function takenFrom(
  before: Owner | null,
  { transaction, stack }: StackAttempt,
  { selector }: Wanted,
): TakenFrom | undefined {
  // A stack of the layout before `Baseline` had no id: it is upgraded, not taken over.
  if (before?.stack === undefined) return undefined;
  // An engine that has replaced the `Baseline` alone makes the same attempt: it keeps the state that it had taken over.
  if (before.stack === stack || before.transaction === transaction) return before.takenFrom;
  // A different selector shows in the comparison anyway.
  return before.wanted.selector === selector ? { stack: before.stack, by: transaction } : undefined;
}

/**
 * Checks whether the state was taken over from a stack that was not deleted since, so that two engine states manage the
 * domain. The plan of each shows it, until the stack that took it over has been applied again.
 */
export function isContested({ owner, deleted }: Ledger): boolean {
  const taken = owner?.takenFrom;
  return taken !== undefined && taken.by === owner?.transaction && !deleted.includes(taken.stack);
}

function mailFromOf(request: SigningRequest): Owner['mailFrom'] {
  const domain = mailFromDomainOf(request);
  if (domain === undefined) return undefined;
  return { domain, onMxFailure: request.mailFrom?.onMxFailure ?? 'use-default' };
}

/** Effect of the delete of a stack's `Baseline`. */
export type Deletion =
  /** The baseline is restored: the state in force, or the open change, is this stack's. */
  | 'destroy'
  /** The open change of this stack is rolled back to the state in force, which is another stack's. */
  | 'revert'
  /** An open change of another stack has taken over the state. If that change fails, the baseline is restored. */
  | 'release'
  /** Nothing belongs to this stack. */
  | 'nothing';

export function deletionOf({ open, owner }: Ledger, stack: string): Deletion {
  const isInForce = owner?.stack === stack;
  const isOpen = open?.owner?.stack === stack;
  if (isInForce) return isOpen || !isSetInSes(open) || open.owner === null ? 'destroy' : 'release';
  if (!isOpen) return 'nothing';
  return owner === null ? 'destroy' : 'revert';
}

/**
 * Returns the stack of another engine state that signs, or is about to: the destroy of this one would delete its identity. A
 * `Baseline` that replaces another one is of the same engine state.
 */
export function ownerElsewhere({ open, owner }: Ledger, stack: string): string | undefined {
  const owners = [open?.owner, owner].flatMap((each) => each?.stack ?? []);
  return owners.find((each) => engineStateOf(each) !== engineStateOf(stack));
}

/** Returns the part of a `Baseline`'s id that names its engine state. */
const engineStateOf = (stack: string): string => stack.split('.')[0]!;

/** A later event that an attempt of a stack must not override. */
export type Overtaking =
  | { readonly kind: 'transaction'; readonly transaction: string }
  /** The delete of the attempt's own `Baseline`. Nobody could destroy a state that it set afterwards. */
  | { readonly kind: 'destroy'; readonly stack: string }
  /** The same attempt for the `Baseline` that has replaced the attempt's own, which is deleted next. */
  | { readonly kind: 'replacement'; readonly stack: string };

/**
 * Returns the event since an attempt began that it must not override, or `null` if there is none.
 * @param found the ledger at the beginning of the attempt, or `null` if there was none
 */
export function overtakenBy(
  ledger: Ledger,
  { transaction, stack }: Pick<StackAttempt, 'transaction' | 'stack'>,
  found: Ledger | null,
): Overtaking | null {
  const destroy = destroyedSince(ledger, stack, found);
  if (destroy !== null) return destroy;
  const current = currentOwner(ledger);
  // An engine whose state was restored repeats the attempt of the earlier `Baseline`. In that case the newer one came
  // first.
  if (current === null || isOwnerIn(found, current)) return null;
  if (current.transaction !== transaction) return { kind: 'transaction', transaction: current.transaction };
  const isNewer = ledger.stacks.indexOf(current.stack) > ledger.stacks.indexOf(stack);
  return isNewer ? { kind: 'replacement', stack: current.stack } : null;
}

/**
 * Returns the delete of a stack's `Baseline` since an attempt began. A stack can be applied again after its delete was cut off
 * or its state was lost, so only a further delete came after the attempt had begun.
 * @param found the ledger at the beginning of the attempt, or `null` if there was none
 */
export const destroyedSince = (ledger: Ledger, stack: string, found: Ledger | null): Overtaking | null =>
  deletesOf(ledger, stack) > deletesOf(found, stack) ? { kind: 'destroy', stack } : null;

/** Counts the deletes of a stack's `Baseline`. */
const deletesOf = (ledger: Ledger | null, stack: string): number =>
  ledger?.deleted.filter((each) => each === stack).length ?? 0;

/**
 * Checks whether a ledger has this owner: the same attempt for the same stack. An engine that replaces the `Baseline` alone
 * repeats the attempt.
 */
const isOwnerIn = (ledger: Ledger | null, { transaction, stack }: Owner): boolean =>
  [ledger?.open?.owner, ledger?.owner].some(
    (owner) => owner?.transaction === transaction && owner.stack === stack,
  );

/**
 * Returns the transaction that a `Confirmation` must not override, or `null` if the change is open, in force, or the last one
 * that was undone.
 */
export function confirmationOvertakenBy(
  { open, owner, lastRevert }: Ledger,
  transaction: string,
): string | null {
  if (open?.source === 'terraform' && open.transaction !== transaction) return open.transaction;
  const own = [open?.transaction, open?.owner?.transaction, owner?.transaction, lastRevert?.transaction];
  return own.includes(transaction) ? null : (owner?.transaction ?? 'another run');
}

export const overtaken = (
  { transaction, request: { domain } }: ChangeAttempt,
  by: Overtaking,
): ByodkimError => new ByodkimError('CONCURRENT_UPDATE', { ...factsOf(by), domain, transaction });

function factsOf(by: Overtaking) {
  switch (by.kind) {
    case 'transaction':
      return { kind: 'overtaken', by: by.transaction } as const;
    case 'destroy':
      return { kind: 'destroyed', by: by.stack } as const;
    case 'replacement':
      return { kind: 'replaced', by: by.stack } as const;
  }
}

/**
 * Returns the baseline if it is still the state before this project's first change, or `null` if the present state of
 * SES is that state. Once nothing of this project is in force, it is SES's state that counts, unless SES has a selector
 * of this project: a Put arrived after its rollback, or the prior state could not be restored and signing was switched
 * off instead.
 * @param state the state of SES
 */
export function baselineFor(ledger: Ledger, state: Pick<Snapshot, 'origin' | 'selector'>): Snapshot | null {
  const { baseline, owner, inForce, open } = ledger;
  if (owner !== null || inForce !== null || open !== null) return baseline;
  return isOwnSelector(ledger, state) ? baseline : null;
}

/** Checks whether SES has a selector that this project has ever set. If SES shows none, it may. */
export const isOwnSelector = (
  { asked }: Pick<Ledger, 'asked'>,
  { origin, selector }: Pick<Snapshot, 'origin' | 'selector'>,
): boolean => origin === 'EXTERNAL' && (selector === undefined ? asked.length > 0 : asked.includes(selector));

/** Checks whether a revert of the open change, or a destroy, would restore this selector. */
export const isRollbackTarget = ({ open, baseline }: Ledger, selector: string): boolean =>
  restores(open?.previous, selector) || restores(baseline, selector);

/** Checks whether a rollback to a state sets this selector. */
export const restores = (state: Snapshot | null | undefined, selector: string): boolean =>
  state?.restoration.kind === 'byodkim' && state.restoration.selector === selector;

/** Refuses a direct call for the domain of a stack. @throws ByodkimError NOT_ALLOWED */
export function requireNoStack(ledger: Ledger | null): void {
  const owner = ledger && currentOwner(ledger);
  if (!owner) return;
  const { domain } = ledger;
  throw new ByodkimError('NOT_ALLOWED', { kind: 'stack', fields: ['domain'], domain, stack: owner.stack });
}

/** Every way in which a ledger changes, by name. Pure; nobody else makes a ledger out of another one. */
import { iso } from '../clock';
import {
  type Arming,
  type ChangeResult,
  emptyLedger,
  type HistoryEntry,
  type LastRevert,
  type Lease,
  type Ledger,
  type Open,
  type Owner,
  type Signer,
  type Snapshot,
  signed,
  type Unverified,
  type Wanted,
} from './ledger';

const HISTORY_LENGTH = 50;
/** What was undone in a row and never followed by a change that stayed. */
const LONGEST_UNDID = 100;
const LONGEST_DETAIL = 2_000;
const LONGEST_RECORDS = 100;

type Entry = Omit<HistoryEntry, 'at'>;

const noted = (ledger: Ledger, at: number, { detail, ...entry }: Entry): Ledger => ({
  ...ledger,
  history: [...ledger.history, { at: iso(at), ...entry, detail: detail?.slice(0, LONGEST_DETAIL) }].slice(
    -HISTORY_LENGTH,
  ),
});

/** A line about a change: what became of it. */
const of = (
  { transaction, wanted: { selector } }: Pick<Open, 'transaction' | 'wanted'>,
  event: Entry['event'],
  detail?: string,
): Entry => ({ event, transaction, selector, detail });

/** Each write has a name of its own, so that a writer whose answer was lost knows its own. */
export const written = (ledger: Ledger, writeId: string): Ledger => ({ ...ledger, writeId });

export const leased = (ledger: Ledger, lease: Lease | null): Ledger => ({ ...ledger, lease });

/** What will be changed is named, before SES is touched. */
export const opened = (ledger: Ledger, open: Open, at: number): Ledger =>
  noted(
    {
      ...ledger,
      open,
      leaving: open.source === 'terraform' ? null : ledger.leaving,
      recreated: open.transaction === ledger.recreated ? ledger.recreated : null,
      lastRevert: takenOver(ledger, open) ?? ledger.lastRevert,
      armings: Math.max(ledger.armings, open.armed?.number ?? 0),
      baseline: ledger.baseline ?? open.previous,
      records: withRecords(ledger, open.owner),
    },
    at,
    of(open, 'opened'),
  );

const recordsOf = (owner: Owner | null): readonly string[] => owner?.rotation?.records ?? [];

/** Until an attempt's end the engine may still have the records of those before it. */
const withRecords = ({ records }: Ledger, owner: Owner | null): readonly string[] =>
  [...new Set([...records, ...recordsOf(owner)])].slice(-LONGEST_RECORDS);

/** The engine may still have the `Signing` of a change that this one takes over before it was confirmed. */
function takenOver(ledger: Ledger, { owner, startedAt }: Open): LastRevert | null {
  const before = ledger.open?.owner;
  if (
    !before ||
    before.transaction === owner?.transaction ||
    before.transaction === ledger.owner?.transaction
  )
    return null;
  return withUndone(ledger, before, startedAt);
}

const withUndone = (ledger: Ledger, { transaction, driftToken }: Owner, at: number): LastRevert => ({
  undid: [...(ledger.lastRevert?.undid ?? []).filter((other) => other !== transaction), transaction].slice(
    -LONGEST_UNDID,
  ),
  putBack: ledger.owner?.transaction ?? null,
  driftToken,
  at,
});

/** Nothing in SES was changed: all is as before it was opened, but for the count of armings. */
export const unopened = (
  { armings, writeId, lease, history }: Ledger,
  before: Ledger,
  failed: { readonly transaction: string; readonly detail: string },
  at: number,
): Ledger => noted({ ...before, armings, writeId, lease, history }, at, { event: 'failed', ...failed });

/** SES has it; its stack has not ended. */
export const applied = (ledger: Ledger, open: Open, at: number): Ledger =>
  noted(
    { ...ledger, open, lastRevert: null, signers: signersOf(ledger, open, at) },
    at,
    of(open, 'applied', open.result?.final_dkim_status),
  );

const signersOf = ({ signers }: Ledger, { previous, wanted }: Open, at: number) =>
  signsWithNow(withPrevious(signers, previous), wanted.selector, at);

export interface Confirmation {
  /** By the last resource of its stack: the engine has replaced the attempt before it. */
  readonly byStack: boolean;
  /** What SES shows. */
  readonly status: string;
  /** What waits for it now; counts only where SES has not verified. */
  readonly armed: Arming | null;
}

/** The stack has reached its end: it is done if SES says SUCCESS, and waits for SES if not. */
export function confirmed(ledger: Ledger, open: Open, by: Confirmation, at: number): Ledger {
  const stays: Ledger = {
    ...ledger,
    ...(by.byStack ? stackEnded(open.owner) : { owner: open.owner }),
    signers: signersOf(ledger, open, at),
    lastRevert: open.source === 'terraform' ? null : ledger.lastRevert,
    generation: ledger.generation + 1,
    armings: Math.max(ledger.armings, by.armed?.number ?? 0),
  };
  return noted(
    by.status === 'SUCCESS'
      ? done(stays, open)
      : { ...stays, open: { ...open, owner: stays.owner, armed: by.armed, looks: 0 } },
    at,
    of(open, 'confirmed', by.status),
  );
}

/** Its stack has ended: the engine has replaced the attempts before it, and their records. */
const stackEnded = (owner: Owner | null): Pick<Ledger, 'owner' | 'records' | 'leaving'> => ({
  owner: owner && confirmedOwner(owner),
  records: recordsOf(owner),
  leaving: null,
});

const confirmedOwner = ({ replaces: _, ...owner }: Owner): Owner => ({ ...owner, confirmed: true });

/** It stays: confirmed, and verified by SES. */
const done = (ledger: Ledger, { wanted }: Open): Ledger => ({
  ...ledger,
  open: null,
  inForce: wanted,
  unverified: null,
});

/** A confirmed change was verified later. */
export const verified = (ledger: Ledger, open: Open, at: number): Ledger =>
  noted(done(ledger, open), at, of(open, 'verified', 'SUCCESS'));

/** SES still looks. No line of history: there may be three hundred looks. */
export const lookedAt = (ledger: Ledger, open: Open, armed: Arming): Ledger => ({
  ...ledger,
  armings: Math.max(ledger.armings, armed.number),
  open: { ...open, armed, looks: (open.looks ?? 0) + 1 },
});

/** Somebody has set something else since: it is not ours to put back, and nothing waits any more. */
export const letGo = (ledger: Ledger, open: Open, note: string, at: number): Ledger =>
  noted({ ...ledger, open: null }, at, of(open, 'failed', note));

/** There was nothing to change, or a direct call has ended this attempt's change and left it in force. */
export const ownerConfirmed = (ledger: Ledger, owner: Owner, at: number): Ledger =>
  noted({ ...ledger, ...stackEnded(owner) }, at, of(owner, 'confirmed'));

export interface Note {
  readonly transaction: string;
  readonly wanted: Wanted;
  readonly baseline: Snapshot;
  /** `null`: a direct call, which owns nothing. */
  readonly owner: Owner | null;
  readonly confirms: boolean;
}

/** SES had it already: nothing was written to it, and the ledger remembers whose state it is now. */
export const takenNote = (
  ledger: Ledger,
  { transaction, wanted, baseline, owner, confirms }: Note,
  at: number,
) =>
  noted(
    {
      ...ledger,
      baseline,
      inForce: wanted,
      signers: signsWithNow(ledger.signers, wanted.selector, at),
      unverified: null,
      ...(owner !== null && {
        ...(confirms ? stackEnded(owner) : { owner, records: withRecords(ledger, owner), leaving: null }),
        lastRevert: null,
        generation: ledger.generation + 1,
      }),
    },
    at,
    { event: 'noted', transaction, selector: wanted.selector },
  );

/** What undoing a change came to. */
export interface Undone {
  /** What SES has now, in words. */
  readonly note: string;
  /** Whether SES was written to. */
  readonly changed: boolean;
  /** Whether SES has signed with what was wanted. @default it may have, if it had the change */
  readonly hasSigned?: boolean;
}

/**
 * `open` was undone: the owner of before is in force again. Where there is none, and this was the first change, the
 * baseline is restored as well: what somebody sets by hand from now on is not ours to undo.
 */
export function reverted(ledger: Ledger, open: Open, undone: Undone, at: number): Ledger {
  const putBack = ledger.owner?.transaction ?? null;
  // Two changes may begin within one millisecond.
  const isFirst = ledger.inForce === null && ledger.baseline?.observedAt === open.previous.observedAt;
  const isBack = open.previous.restoration.kind !== 'disable';
  // A direct call that had taken over a stack's change has undone that one, too.
  const undid = open.owner !== null && open.owner.transaction !== putBack;
  const hasSigned = undone.hasSigned ?? (open.phase === 'applied' || undone.changed);
  return noted(
    {
      ...ledger,
      open: null,
      signers: signersAfterRevert(ledger, open, hasSigned, at),
      baseline: putBack === null && isFirst && isBack ? null : ledger.baseline,
      lastRevert: undid ? withUndone(ledger, open.owner!, at) : ledger.lastRevert,
    },
    at,
    { event: 'reverted', transaction: open.transaction, detail: undone.note },
  );
}

/** SES had not verified it in time: it was undone, and the next plan says so. */
export const revertedUnverified = (
  ledger: Ledger,
  open: Open,
  seen: Pick<Unverified, 'status' | 'verification' | 'minutes'>,
  undone: Undone,
  at: number,
): Ledger => ({
  ...reverted(ledger, open, { ...undone, hasSigned: !wasNeverVerified(open, seen.status) }, at),
  unverified: {
    transaction: open.transaction,
    selector: open.wanted.selector,
    at,
    ...seen,
    times: (ledger.unverified?.times ?? 0) + 1,
    signed: signed(open.previous) || ledger.unverified?.signed === true,
  },
});

/** SES goes on saying PENDING until it has verified a record for the first time, and signs with none of ours until then. */
const wasNeverVerified = ({ result }: Open, status: string): boolean =>
  status === 'PENDING' && result?.final_dkim_status !== 'SUCCESS';

/** A rollback has failed; what is armed tries it again. */
export const rollbackFailed = (ledger: Ledger, transaction: string, at: number): Ledger =>
  noted(ledger, at, { event: 'rollback-failed', transaction });

/** The same where nothing was armed yet. */
export const rearmed = (ledger: Ledger, open: Open, armed: Arming, at: number): Ledger =>
  noted({ ...ledger, armings: armed.number, open: { ...open, armed } }, at, {
    event: 'rollback-failed',
    transaction: open.transaction,
  });

/** Its stack is being destroyed: the delete of its `Signing` will act. */
export const leaving = (ledger: Ledger, transaction: string, at: number): Ledger =>
  noted({ ...ledger, leaving: transaction, recreated: null }, at, { event: 'leaving', transaction });

/** The engine has replaced `Signing` alone, so it will delete the earlier one of the same transaction. */
export const recreated = (ledger: Ledger, transaction: string, at: number): Ledger =>
  noted({ ...ledger, recreated: transaction }, at, { event: 'recreated', transaction });

/** The earlier `Signing` is gone, or the whole stack goes. */
export const recreationEnded = (ledger: Ledger): Ledger => ({ ...ledger, recreated: null });

/** A destroy takes two writes of SES: to whatever cuts it off it is an open change that goes back to the baseline. */
export const destroying = (ledger: Ledger, open: Open, armed: Arming, at: number): Ledger =>
  noted({ ...ledger, armings: armed.number, open }, at, {
    event: 'destroying',
    transaction: open.transaction,
  });

/** The baseline is restored: nothing here is ours any more. */
export const destroyed = (ledger: Ledger, transaction: string, note: string, at: number): Ledger => {
  const { domain, region, writeId, lease, armings, generation, history, baseline } = ledger;
  const signers = baseline === null ? stopped(ledger.signers, at) : restored(ledger.signers, baseline, at);
  const left = { ...emptyLedger(domain, region), writeId, lease, armings, generation, history, signers };
  return noted(left, at, { event: 'destroyed', transaction, detail: note });
};

/** The same change, with what it came to. */
export const asApplied = (
  open: Open,
  armed: Arming | null,
  result: ChangeResult,
  times: { readonly putAt: number; readonly verifyBy: number },
): Open => ({ ...open, armed, phase: 'applied', result, ...times });

// Who signs: records are needed as long as mail is under way.

const MOST_SIGNERS = 20;

/** SES signs with this selector from now on, and with no other. */
export function signsWithNow(signers: readonly Signer[], selector: string, at: number): readonly Signer[] {
  const current = signers.find((each) => each.selector === selector && each.stoppedAt === null);
  if (current) return signers;
  const others = stopped(signers, at).filter((each) => each.selector !== selector);
  return [...others, { selector, since: at, stoppedAt: null }].slice(-MOST_SIGNERS);
}

/** None signs any more. */
export const stopped = (signers: readonly Signer[], at: number): readonly Signer[] =>
  signers.map((each) => (each.stoppedAt === null ? { ...each, stoppedAt: at } : each));

/** One that signed before we came is known from the first change on. */
export function withPrevious(signers: readonly Signer[], { origin, selector }: Snapshot): readonly Signer[] {
  if (origin !== 'EXTERNAL' || selector === undefined) return signers;
  if (signers.some((each) => each.selector === selector)) return signers;
  return [...signers, { selector, since: null, stoppedAt: null }].slice(-MOST_SIGNERS);
}

/** Who has signed once `open` is undone. A selector that SES never signed with leaves no mail under way. */
function signersAfterRevert(
  { signers }: Ledger,
  { previous, wanted, startedAt }: Open,
  hasSigned: boolean,
  at: number,
): readonly Signer[] {
  const known = withPrevious(signers, previous);
  const signed = hasSigned
    ? signsWithNow(known, wanted.selector, at)
    : known.filter(
        ({ selector, since }) => selector !== wanted.selector || since === null || since < startedAt,
      );
  return restored(signed, previous, at);
}

/** What was before a change signs again. */
const restored = (signers: readonly Signer[], { restoration }: Snapshot, at: number): readonly Signer[] =>
  restoration.kind === 'byodkim' ? signsWithNow(signers, restoration.selector, at) : stopped(signers, at);

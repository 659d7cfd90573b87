/** Defines every transition of a change in its ledger. Pure. seen.ts has the audits' observations. */
import { iso } from '../clock';
import type { RotationSettings } from '../contract/input/event-schema';
import {
  type Arming,
  type ChangeResult,
  emptyLedger,
  type Failing,
  type HistoryEntry,
  type Ledger,
  type Open,
  type Owner,
  type Removal,
  type Snapshot,
  signed,
  type Unverified,
  type Wanted,
} from './ledger';
import { baselineFor } from './ownership';
import { VERIFIED } from './seen';
import { sharersAfter, sharersIn, union } from './sharers';
import {
  asking,
  signersAfter,
  signersAfterRevert,
  signersBefore,
  signsWithNow,
  withRestored,
} from './signers';
import type { Step } from './states';

export const HISTORY_LENGTH = 50;
/** The stacks that a ledger records, and those that it records as deleted. */
export const MOST_STACKS = 20;
const LONGEST_DETAIL = 2_000;
const LONGEST_RECORDS = 100;
const MOST_REMOVALS = 20;

type Entry = Omit<HistoryEntry, 'at'>;
type StepEntry = Entry & Pick<Step, 'event'>;

const withHistory = (ledger: Ledger, at: number, entry: StepEntry): Ledger => ({
  ...withLine(ledger, at, entry),
  last: { event: entry.event, at },
});

/** Adds a line to the history that is not a step of a change. */
const withLine = (ledger: Ledger, at: number, { detail, ...entry }: Entry): Ledger => ({
  ...ledger,
  history: [...ledger.history, { at: iso(at), ...entry, detail: detail?.slice(0, LONGEST_DETAIL) }].slice(
    -HISTORY_LENGTH,
  ),
});

/** Makes the history's line about a change. */
const entryOf = (
  { transaction, wanted: { selector } }: Pick<Open, 'transaction' | 'wanted'>,
  event: Step['event'],
  detail?: string,
): StepEntry => ({ event, transaction, selector, detail });

const latestArming = ({ armings }: Ledger, armed: Arming | null): number =>
  Math.max(armings, armed?.number ?? 0);

/** Records the planned change before SES is changed. */
export const opened = (ledger: Ledger, open: Open, at: number): Ledger =>
  withHistory(
    {
      ...ledger,
      open,
      armings: latestArming(ledger, open.armed),
      baseline: baselineFor(ledger, open.previous) ?? open.previous,
      records: withRecords(ledger, open.owner?.rotation),
      sharers: sharersAfter(ledger, open.owner),
      signers: signersBefore(ledger, open, at),
      asked: asking(ledger.asked, open.wanted),
    },
    at,
    entryOf(open, 'opened'),
  );

/** Adds an attempt's records, since the engine may still have those of earlier attempts until it ends. */
const withRecords = ({ records }: Ledger, rotation: RotationSettings = {}): readonly string[] =>
  [...new Set([...records, ...(rotation.records ?? [])])].slice(-LONGEST_RECORDS);

/** Records that SES has the change. Its stack has not ended. */
export const applied = (ledger: Ledger, open: Open, at: number): Ledger =>
  withHistory(
    { ...ledger, open, lastRevert: null, signers: signersAfter(ledger, open, at) },
    at,
    entryOf(open, 'applied', open.result?.final_dkim_status),
  );

export interface ConfirmedBy {
  /** Whether the last resource of its stack confirms, so that the engine has replaced the previous attempt. */
  readonly byStack: boolean;
  /** The state that SES shows. */
  readonly status: string;
  /** The schedule that waits for it now, which counts only if SES has not verified. */
  readonly armed: Arming | null;
}

/** Confirms a change. It is done if SES answers SUCCESS, and otherwise waits for SES. */
export function confirmed(ledger: Ledger, open: Open, by: ConfirmedBy, at: number): Ledger {
  const stays: Ledger = {
    ...ledger,
    ...(by.byStack ? stackEnded(open.owner) : { owner: open.owner }),
    signers: signersAfter(ledger, open, at),
    lastRevert: open.source === 'terraform' ? null : ledger.lastRevert,
    settledAt: at,
    armings: latestArming(ledger, by.armed),
  };
  return withHistory(
    by.status === 'SUCCESS'
      ? done(stays, open)
      : {
          ...stays,
          open: {
            ...open,
            state: 'waiting',
            owner: stays.owner,
            armed: by.armed,
            failing: undefined,
            checks: 0,
          },
        },
    at,
    entryOf(open, 'confirmed', by.status),
  );
}

/** Settles an owner whose stack has ended: the engine has replaced the attempts before it, and their records. */
const stackEnded = (owner: Owner | null): Pick<Ledger, 'owner' | 'records'> => ({
  owner: owner && { ...owner, confirmed: true },
  records: owner?.rotation?.records ?? [],
});

/** Closes a change that stays: confirmed, and verified by SES. */
const done = (ledger: Ledger, { wanted }: Open): Ledger => ({
  ...ledger,
  open: null,
  inForce: wanted,
  unverified: null,
  ...VERIFIED,
});

/** Closes a confirmed change that SES has verified since. */
export const verified = (ledger: Ledger, open: Open, at: number): Ledger =>
  withHistory(done(ledger, open), at, entryOf(open, 'verified', 'SUCCESS'));

/** Counts a check that found SES still verifying. Adds no line of history, since there may be three hundred checks. */
export const checked = (ledger: Ledger, open: Open, armed: Arming): Ledger => ({
  ...ledger,
  armings: latestArming(ledger, armed),
  open: { ...open, armed, failing: undefined, checks: (open.checks ?? 0) + 1 },
});

/** Records that the work of a change's schedule has failed and is tried again. */
export const failing = (ledger: Ledger, open: Open, why: Failing): Ledger => ({
  ...ledger,
  open: { ...open, failing: why },
});

/** Gives up a change that is no longer in SES, since a rollback would undo a state that this project did not set. */
export const changeAbandoned = (ledger: Ledger, open: Open, note: string, at: number): Ledger =>
  withHistory({ ...ledger, open: null, seen: null }, at, entryOf(open, 'failed', note));

/** Confirms an owner with nothing open: nothing had to change, or a direct call has ended its change. */
export const ownerConfirmed = (ledger: Ledger, owner: Owner, at: number): Ledger =>
  withHistory({ ...ledger, ...stackEnded(owner) }, at, entryOf(owner, 'confirmed'));

/** Makes sure that the next plan has a new drift token, so that it makes a new attempt. */
export function withoutToken(ledger: Ledger, token: string | undefined, at: number): Ledger {
  const { open, owner } = ledger;
  const other = (of: Owner | null): Owner | null =>
    of?.driftToken === token ? of && { ...of, driftToken: `overtaken-${at}` } : of;
  return {
    ...ledger,
    open: open && { ...open, owner: other(open.owner) },
    owner: other(owner),
    settledAt: at,
  };
}

export interface StateAdoption {
  readonly transaction: string;
  readonly wanted: Wanted;
  readonly baseline: Snapshot;
  /** `null` for a direct call, which owns nothing. */
  readonly owner: Owner | null;
  readonly confirms: boolean;
}

/** Adopts a state that SES already had, and records its new owner in the ledger. */
export const stateAdopted = (
  ledger: Ledger,
  { transaction, wanted, baseline, owner, confirms }: StateAdoption,
  at: number,
): Ledger =>
  withHistory(
    {
      ...ledger,
      baseline,
      inForce: wanted,
      signers: signsWithNow(ledger.signers, wanted, at),
      unverified: null,
      ...VERIFIED,
      ...(owner !== null && {
        ...(confirms ? stackEnded(owner) : { owner, records: withRecords(ledger, owner.rotation) }),
        sharers: sharersAfter(ledger, owner),
        lastRevert: null,
        settledAt: at,
      }),
    },
    at,
    { event: 'adopted', transaction, selector: wanted.selector },
  );

/** Result of undoing a change. */
export interface Undone {
  /** The state of SES now, in words. */
  readonly note: string;
  /** Whether SES was written to. */
  readonly changed: boolean;
  /** Whether SES may have signed with the wanted key. @default true, since a run that was cut off may have undone it unseen */
  readonly hasSigned?: boolean;
}

/**
 * Closes a change that was undone, and restores the previous owner. The baseline stays even if this was the first
 * change, since a late Put may still change SES, and its state is never the one before this project.
 */
export function reverted(ledger: Ledger, open: Open, undone: Undone, at: number): Ledger {
  const { owner, inForce } = ledger;
  // If a direct call had taken over the change of a stack, that change is undone, too.
  const isUndone = open.owner !== null && open.owner.transaction !== owner?.transaction;
  const isSetAgain = open.state !== 'opening' && open.wanted.selector === inForce?.selector;
  const { hasSigned = true } = undone;
  return withHistory(
    {
      ...ledger,
      open: null,
      signers: signersAfterRevert(ledger, open, hasSigned, at),
      lastRevert: isUndone ? { transaction: open.owner!.transaction, at } : ledger.lastRevert,
      settledAt: at,
      // SES verifies the restored state again, and no person has begun that.
      seen:
        ledger.seen && (undone.changed || isSetAgain)
          ? { ...ledger.seen, status: 'PENDING', enabled: open.previous.enabled }
          : ledger.seen,
    },
    at,
    entryOf(open, 'reverted', undone.note),
  );
}

/**
 * Records that a change is being rolled back. From now on its schedule rolls it back, too: in case the function is killed
 * between two writes to SES, or a call that was not answered arrives after the rollback.
 * @param unverified the reason, if SES had not verified it in time, which the next plan prints
 */
export const reverting = (
  ledger: Ledger,
  open: Open,
  at: number,
  {
    unverified = ledger.unverified,
    note,
  }: { readonly unverified?: Unverified | null; readonly note?: string } = {},
): Ledger =>
  withHistory(
    {
      ...ledger,
      open: { ...open, state: 'undoing' },
      armings: latestArming(ledger, open.armed),
      unverified,
    },
    at,
    entryOf(open, 'reverting', note),
  );

/** Describes a change that SES had not verified in time. */
export const unverifiedChange = (
  ledger: Ledger,
  open: Open,
  seen: Pick<Unverified, 'status' | 'verification' | 'minutes'>,
  at: number,
): Unverified => ({
  transaction: open.transaction,
  selector: open.wanted.selector,
  at,
  ...seen,
  times: (ledger.unverified?.times ?? 0) + 1,
  signed: signed(open.previous) || ledger.unverified?.signed === true,
});

/** Records a failed rollback, and the arming that tries it again. */
export const rollbackFailed = (ledger: Ledger, open: Open, at: number): Ledger =>
  withHistory(
    { ...ledger, open: { ...open, state: 'undoing' }, armings: latestArming(ledger, open.armed) },
    at,
    entryOf(open, 'rollback-failed'),
  );

export interface Claim {
  /** The id of the `Baseline`. */
  readonly stack: string;
  /** Present if other regions share the stack's keys and records. */
  readonly rotation?: RotationSettings | undefined;
}

/**
 * Records that a stack has created its `Baseline`. The engine has the stack's records by now, and other regions may sign with
 * them, even if the stack's own change never opens.
 */
export const claimed = (ledger: Ledger, { stack, rotation = {} }: Claim, at: number): Ledger =>
  withLine(
    {
      ...shared(ledger, rotation),
      stacks: [...ledger.stacks, stack].slice(-MOST_STACKS),
    },
    at,
    { event: 'claimed', transaction: stack },
  );

/**
 * Records the regions that share the keys of a home that is deployed, and the records that its stack publishes, before its
 * gate is asked: those regions may sign with them even if the home's own change never opens.
 */
export const shared = (ledger: Ledger, rotation: RotationSettings): Ledger => ({
  ...ledger,
  records: withRecords(ledger, rotation),
  sharers: union(sharersIn(ledger), rotation.sharedWith ?? []),
});

/** Records that a stack has deleted its `Baseline`, whatever that did to the signing state. */
export function stackDeleted(ledger: Ledger, stack: string): Ledger {
  return { ...ledger, deleted: [...ledger.deleted, stack].slice(-MOST_STACKS) };
}

/** Assigns the change of a transaction to another stack, since its `Baseline` was replaced and the attempt was not. */
export function handedOver(ledger: Ledger, transaction: string, stack: string): Ledger {
  const { open, owner } = ledger;
  const given = (of: Owner | null): Owner | null => (of?.transaction === transaction ? { ...of, stack } : of);
  return { ...ledger, owner: given(owner), open: open && { ...open, owner: given(open.owner) } };
}

/**
 * Records that the stack of the state in force is destroyed while a change of another one is open: if that change is rolled
 * back, the baseline is restored.
 */
export const released = (ledger: Ledger, open: Open, stack: string, at: number): Ledger =>
  withHistory(
    {
      ...stackDeleted(ledger, stack),
      owner: null,
      inForce: null,
      open: { ...open, previous: ledger.baseline ?? open.previous },
    },
    at,
    { event: 'released', transaction: stack },
  );

/** Opens a destroy: the change that it undoes is everything since the baseline. */
export const destroying = (ledger: Ledger, open: Open, at: number): Ledger =>
  withHistory(
    {
      ...ledger,
      open,
      armings: latestArming(ledger, open.armed),
    },
    at,
    entryOf(open, 'destroying'),
  );

/**
 * Clears the ledger after the baseline is restored. The baseline stays, since a late Put may still change SES, and its
 * state is never the one before this project.
 */
export function destroyed(ledger: Ledger, stack: string, note: string, at: number): Ledger {
  const { domain, region, writeId, lease, asked, armings, history, stacks, deleted } = stackDeleted(
    ledger,
    stack,
  );
  const { baseline, removals } = ledger;
  const sharers = sharersIn(ledger);
  const ofStacks = { stacks, deleted, baseline, sharers };
  const kept = { writeId, lease, asked, removals, armings, settledAt: at, history, ...ofStacks };
  const signers = withRestored(ledger.signers, baseline, at);
  return withHistory({ ...emptyLedger(domain, region), ...kept, signers }, at, {
    event: 'destroyed',
    transaction: stack,
    detail: note,
  });
}

/** Records that the DNS team is asked to remove the record of a selector. */
export const removalAsked = (ledger: Ledger, selector: string, at: number): Ledger => ({
  ...ledger,
  removals: [...otherRemovals(ledger, selector), { selector, askedAt: at }].slice(-MOST_REMOVALS),
});

/** Forgets a request to remove the record of a selector, since the DNS team was asked to keep it. */
export const removalWithdrawn = (ledger: Ledger, selector: string): Ledger => ({
  ...ledger,
  removals: otherRemovals(ledger, selector),
});

const otherRemovals = ({ removals }: Ledger, selector: string): readonly Removal[] =>
  removals.filter((each) => each.selector !== selector);

/** Adds the result in SES to an open change. */
export const appliedOpen = (
  open: Open,
  armed: Arming | null,
  result: ChangeResult,
  times: { readonly putAt: number; readonly verifyBy: number },
): Open => ({ ...open, armed, state: 'set', result, ...times });

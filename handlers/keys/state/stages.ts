/**
 * Finds the stage of a selector: its key was made, its record is published, SES signs with it, SES has stopped but its mail is
 * in transit, its record may be removed, or its record is gone. The functions are pure; dates are milliseconds since the
 * epoch.
 */

import type { SigningState } from '../../aws/email-identity';
import { DAY_MS, iso } from '../../clock';
import { KEY_LIFETIME_DAYS, MINIMUM_OVERLAP_DAYS } from '../../contract/contract';
import type { Ledger, Signer } from '../../ledger/ledger';
import { isRollbackTarget } from '../../ledger/ownership';
import type { SelectorStage, Stage } from '../../words/stages';

export interface SelectorFacts {
  readonly selector: string;
  /** Time at which SES began to sign with it; `null` if before this project, and absent if never. */
  readonly since?: number | null;
  /** Time at which SES stopped; `null` if it has not stopped, or never signed with it. */
  readonly stoppedAt: number | null;
  /** Whether a destroy or a revert would restore it. */
  readonly isRollbackTarget: boolean;
  /** Whether SES shows it now as the selector that signs, whatever the ledger says: a person or a late Put may have set it. */
  readonly isShown: boolean;
  /** State of the record in DNS; absent if DNS was not asked. */
  readonly record?: 'ours' | 'none' | 'revoked' | 'unknown';
}

/** A stage with its dates in ISO 8601. */
export interface StageAsData extends Omit<SelectorStage, 'since' | 'recordMayGoAt'> {
  readonly since: string | null;
  readonly recordMayGoAt: string | null;
}

/** Converts the dates of a stage to ISO 8601, for reports. */
export const stageAsData = ({ since, recordMayGoAt, ...stage }: SelectorStage): StageAsData => ({
  ...stage,
  since: isoOrNull(since),
  recordMayGoAt: isoOrNull(recordMayGoAt),
});

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

/** @param overlapDays days that a record stays after its selector's last mail, at least MINIMUM_OVERLAP_DAYS */
export function stageOf(facts: SelectorFacts, overlapDays: number, now: number): SelectorStage {
  const { selector, record = 'unknown', since: began, stoppedAt, isRollbackTarget, isShown } = facts;
  const isHere = record === 'ours' || record === 'unknown';
  const at = (stage: Stage, since: number | null, recordMayGoAt: number | null = null): SelectorStage => {
    return { selector, stage, since, recordMayGoAt };
  };
  // It is not recorded when somebody else set it.
  if (isShown) return at('active', stoppedAt === null ? (began ?? null) : null);
  if (began === undefined) return at(record === 'ours' ? 'published' : 'pending', null);
  if (stoppedAt === null) return at('active', began);
  const mayGoAt = stoppedAt + Math.max(overlapDays, MINIMUM_OVERLAP_DAYS) * DAY_MS;
  if (isRollbackTarget) return at('retiring', stoppedAt);
  if (now < mayGoAt) return at('retiring', stoppedAt, mayGoAt);
  return isHere ? at('retired', mayGoAt, mayGoAt) : at('revoked', null, mayGoAt);
}

/** The signing state that SES shows now; `null` without an identity, or for a region whose SES is not asked. */
export type ShownSigning = Pick<SigningState, 'origin' | 'selector'> | null;

const isShownIn = (shown: ShownSigning, selector: string): boolean =>
  shown?.origin === 'EXTERNAL' && shown.selector === selector;

/** A selector with which SES has signed, whether a destroy or a revert would restore it, and whether SES shows it. */
export type KnownSigner = Signer & Pick<SelectorFacts, 'isRollbackTarget' | 'isShown'>;

/**
 * Returns each selector with which SES has signed in any of the regions that share a key.
 * @param shown the signing state of this function's region
 */
export function signersOf(shown: ShownSigning, ...ledgers: readonly Ledger[]): KnownSigner[] {
  const known = new Map<string, KnownSigner>();
  for (const ledger of ledgers)
    for (const signer of ledger.signers) {
      const { selector } = signer;
      const isShown = isShownIn(shown, selector);
      const here = { ...signer, isRollbackTarget: isRollbackTarget(ledger, selector), isShown };
      known.set(selector, longest(here, known.get(selector) ?? here));
    }
  return [...known.values()];
}

const longest = (one: KnownSigner, other: KnownSigner): KnownSigner => ({
  ...(one.stoppedAt === null || (other.stoppedAt !== null && one.stoppedAt > other.stoppedAt) ? one : other),
  isRollbackTarget: one.isRollbackTarget || other.isRollbackTarget,
});

/** Options for judging the use of a selector. */
export interface UseRules {
  /** Days that a record stays after its selector's last mail. */
  readonly overlapDays: number;
  readonly now: number;
  /** What SES of the ledger's region shows. */
  readonly shown: ShownSigning;
  /** Checks whether a rollback may restore a selector. @default checks whether a destroy or a revert would */
  readonly mayRestore?: (ledger: Ledger, selector: string) => boolean;
}

/** Returns the stage of a selector that SES signs with, has signed with, or may be restored to; undefined for any other. */
export function keyUse(
  ledger: Ledger,
  selector: string,
  { overlapDays, now, shown, mayRestore = isRollbackTarget }: UseRules,
): SelectorStage | undefined {
  const { signers, open } = ledger;
  const signer = signers.find((each) => each.selector === selector);
  const isToSign = open?.wanted.selector === selector;
  const isBack = mayRestore(ledger, selector);
  const isShown = isShownIn(shown, selector);
  if (!signer && !isToSign && !isBack && !isShown) return undefined;
  // A selector that is being set counts as set. A selector that would be restored and has no entry counts as signing until
  // now.
  const known = { selector, since: null, stoppedAt: now, ...signer, isRollbackTarget: isBack, isShown };
  return stageOf(isToSign ? { ...known, stoppedAt: null } : known, overlapDays, now);
}

/** Checks whether SES signs with it, its mail is in transit, or a rollback may restore it. */
export const isNeeded = ({ stage }: Pick<SelectorStage, 'stage'>): boolean =>
  stage === 'active' || stage === 'retiring';

/** Returns the time at which a key must be replaced. @param madeAt milliseconds since the epoch, like the result */
export const keyDueAt = (madeAt: number, lifetimeDays = KEY_LIFETIME_DAYS): number =>
  madeAt + lifetimeDays * DAY_MS;

/** Returns the whole days until a key must be replaced; negative if it is overdue. */
export const keyDaysLeft = (madeAt: number, now: number, lifetimeDays?: number): number =>
  Math.floor((keyDueAt(madeAt, lifetimeDays) - now) / DAY_MS);

/**
 * The life of a selector, told by what is known of it: its key was made, its record published, SES signs with it, it
 * no longer does but mail is under way, its record may go, it is gone. Pure; dates are milliseconds since the epoch.
 */

import { DAY_MS, day, iso } from '../clock';
import { MINIMUM_OVERLAP_DAYS } from '../contract';
import type { Ledger, Signer } from '../ledger/ledger';
import { isRollbackTarget } from '../ledger/ownership';

/** A record that nobody needs is a key that somebody may find: after so long it is a finding. */
export const LINGERING_DAYS = 30;

export type Stage =
  /** Its key was made; the record is to be published. */
  | 'pending'
  /** The record is there; SES does not sign with it yet. */
  | 'published'
  /** SES signs with it. */
  | 'active'
  /** SES did; the record stays for mail that is under way, and as the way back. */
  | 'retiring'
  /** The record may go. */
  | 'retired'
  /** The record is gone, or says so (`p=` empty). */
  | 'revoked';

export interface SelectorFacts {
  readonly selector: string;
  /** When SES began to sign with it; `null`: before we came; absent: it never did. */
  readonly since?: number | null;
  /** When SES stopped to; `null`: it never did, or has not. */
  readonly stoppedAt: number | null;
  /** Whether a destroy, or a revert, would have to go back to it. */
  readonly isRollbackTarget: boolean;
  /** What DNS has; absent: it was not asked. */
  readonly record?: 'ours' | 'none' | 'revoked' | 'unknown';
}

export interface SelectorStage {
  readonly selector: string;
  readonly stage: Stage;
  readonly since: number | null;
  /** When the record may go; `null`: it has to stay. */
  readonly recordMayGoAt: number | null;
  /** Something that a person should do something about. */
  readonly finding: 'record-gone-too-early' | 'record-stays-too-long' | null;
}

/** The same with dates as ISO 8601, for reports. */
export const stageAsData = ({ since, recordMayGoAt, ...stage }: SelectorStage) => ({
  ...stage,
  since: isoOrNull(since),
  recordMayGoAt: isoOrNull(recordMayGoAt),
});
export type StageData = ReturnType<typeof stageAsData>;

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

/** The first day (UTC) on all of which something is so that is so from a moment on, e.g. `2026-12-03`. */
export const dayFrom = (ms: number): string => day(Math.ceil(ms / DAY_MS) * DAY_MS);

/** e.g. `s1 retiring since 2026-11-25: its record stays until 2026-12-03`. */
export function stageInWords({ selector, stage, since, recordMayGoAt }: SelectorStage): string {
  const from = since === null ? '' : ` since ${day(since)}`;
  const until = recordMayGoAt === null ? 'it is the way back' : `until ${dayFrom(recordMayGoAt)}`;
  const more: Readonly<Record<Stage, string>> = {
    pending: ': its record is to be published',
    published: ': its record is there, SES does not sign with it yet',
    active: from,
    retiring: `${from}: its record stays, ${until}`,
    retired: `: its record and its key are no longer needed${from}`,
    revoked: `: its record is gone${recordMayGoAt === null ? '' : `, its key is no longer needed since ${day(recordMayGoAt)}`}`,
  };
  return `${selector} ${stage}${more[stage]}`;
}

/** @param overlapDays how long a record stays after its selector's last mail, MINIMUM_OVERLAP_DAYS at least */
export function stageOf(facts: SelectorFacts, overlapDays: number, now: number): SelectorStage {
  const { selector, record = 'unknown', since: began, stoppedAt, isRollbackTarget } = facts;
  const isHere = record === 'ours' || record === 'unknown';
  const told = (
    stage: Stage,
    since: number | null,
    recordMayGoAt: number | null = null,
    finding: SelectorStage['finding'] = null,
  ): SelectorStage => ({ selector, stage, since, recordMayGoAt, finding });
  const goneTooEarly = isHere ? null : 'record-gone-too-early';

  if (began === undefined) return told(record === 'ours' ? 'published' : 'pending', null);
  if (stoppedAt === null) return told('active', began, null, goneTooEarly);
  const mayGoAt = stoppedAt + Math.max(overlapDays, MINIMUM_OVERLAP_DAYS) * DAY_MS;
  if (isRollbackTarget) return told('retiring', stoppedAt, null, goneTooEarly);
  if (now < mayGoAt) return told('retiring', stoppedAt, mayGoAt, goneTooEarly);
  if (!isHere) return told('revoked', null, mayGoAt);
  const lingers = record === 'ours' && now >= mayGoAt + LINGERING_DAYS * DAY_MS;
  return told('retired', mayGoAt, mayGoAt, lingers ? 'record-stays-too-long' : null);
}

/** Returns each selector that SES has signed with, and whether a destroy or a revert would go back to it. */
export const signersOf = (ledger: Ledger): (Signer & { readonly isRollbackTarget: boolean })[] =>
  ledger.signers.map((signer) => ({
    ...signer,
    isRollbackTarget: isRollbackTarget(ledger, signer.selector),
  }));

/**
 * Returns the stage of a selector that SES signs with, has signed with, or may have to go back to; undefined for any other.
 * @param goesBack whether it may have to
 */
export function keyUse(
  ledger: Ledger,
  selector: string,
  overlapDays: number,
  now: number,
  goesBack = isRollbackTarget,
): SelectorStage | undefined {
  const { signers, open } = ledger;
  const signer = signers.find((each) => each.selector === selector);
  const isToSign = open?.wanted.selector === selector;
  const isBack = goesBack(ledger, selector);
  if (!signer && !isToSign && !isBack) return undefined;
  // What is being set is as good as set; what is gone back to without having signed for us signed until now.
  const known = { selector, since: null, stoppedAt: now, ...signer, isRollbackTarget: isBack };
  return stageOf(isToSign ? { ...known, stoppedAt: null } : known, overlapDays, now);
}

/** Whether SES signs with it, mail of it is under way, or something goes back to it. */
export const isNeeded = ({ stage }: Pick<SelectorStage, 'stage'>): boolean =>
  stage === 'active' || stage === 'retiring';

/**
 * Keeps what audits have seen of the state in force, and the one rule of `heal`: it acts over what SES has done, never
 * over what a person has done, and not at all if that is unknown.
 */
import type { CallOfOthers } from '../facts/reports';
import type { Ledger, Seen } from './ledger';

/** What SES shows of the state in force; `null`: it has something else. */
export type Shown = Pick<Seen, 'status' | 'enabled'> | null;

/** Calls after which SES verifies anew, or has nothing to verify; those of SES's first API are in use as well. */
const SETS_ANEW = [
  'PutEmailIdentityDkimSigningAttributes',
  'VerifyDomainDkim',
  'DeleteEmailIdentity',
  'DeleteIdentity',
];
const SWITCHES = ['PutEmailIdentityDkimAttributes', 'SetIdentityDkimEnabled'];
const UNVERIFIED = ['PENDING', 'NOT_STARTED'];

/** Returns what a person has done to the state in force since this project set it. */
export function doneByPerson(
  { seen, callsOfOthers }: Pick<Ledger, 'seen' | 'callsOfOthers'>,
  shown: Shown,
): Seen['person'] {
  const isCalled = (calls: readonly string[]) => callsOfOthers.some(({ call }) => calls.includes(call));
  if (shown === null || isCalled(SETS_ANEW) || seen?.person === 'set-anew') return 'set-anew';
  const { status, enabled } = shown;
  // A verification that no change of this project has begun.
  if (seen !== null && UNVERIFIED.includes(status) && !UNVERIFIED.includes(seen.status)) return 'set-anew';
  // SES may switch signing off itself when it gives up: in that moment, not later.
  const isLater = seen?.status === 'FAILED' && seen.enabled;
  const isByPerson = status !== 'FAILED' || isLater || isCalled(SWITCHES) || seen?.person === 'switched-off';
  if (!enabled && isByPerson) return 'switched-off';
  return seen === null || seen.person === 'unknown' ? 'unknown' : null;
}

/** Whether SES has switched signing off itself. A rollback to that state switches it on. */
export const isOffBySes = (ledger: Ledger, shown: Shown): boolean =>
  shown?.enabled === false && doneByPerson(ledger, shown) === null;

/** What is known once SES has verified what this project set. */
export const VERIFIED: Pick<Ledger, 'seen' | 'callsOfOthers'> = {
  seen: { status: 'SUCCESS', enabled: true, person: null },
  callsOfOthers: [],
};

/**
 * Records what an audit has seen of the state in force.
 * @param isProved DNS has our record, so that SUCCESS is about our key
 */
export function observed(ledger: Ledger, shown: Shown, isProved: boolean): Ledger {
  if (shown?.status === 'SUCCESS' && shown.enabled && isProved) return { ...ledger, ...VERIFIED };
  const { status, enabled } = shown ?? { status: 'none', enabled: false };
  return { ...ledger, seen: { status, enabled, person: doneByPerson(ledger, shown) }, callsOfOthers: [] };
}

/** Steps by which this project has seen SES, at the end of a deploy. */
const ENDS_OF_DEPLOYS: readonly string[] = ['adopted', 'confirmed', 'verified'];

/**
 * Whether a call may be the engine's own: it sets everything of an identity but the signing state, and the deploy has ended
 * since, which checks what it has set. CloudTrail reports a call minutes later.
 * @param at when it was made
 */
export const isOfDeploy = ({ last }: Pick<Ledger, 'last'>, call: string, at: number): boolean =>
  last !== null &&
  at <= last.at &&
  ENDS_OF_DEPLOYS.includes(last.event) &&
  ![...SETS_ANEW, ...SWITCHES].includes(call);

const MOST_CALLS = 20;

/** Notes a call that did not come from this project, for the next audit. */
export const changedByOthers = (ledger: Ledger, call: CallOfOthers, at: number): Ledger => ({
  ...ledger,
  changedByOthersAt: Math.max(ledger.changedByOthersAt ?? 0, at),
  callsOfOthers: [...ledger.callsOfOthers, call].slice(-MOST_CALLS),
});

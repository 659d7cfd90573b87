/**
 * Records the audits' observations of the state in force, with the one rule of `heal`: it may override an action of SES, but
 * never one of a person, and it does not act if the author is unknown.
 */
import type { CallOfOthers } from '../words/report';
import type { Ledger, Seen } from './ledger';

/** The state in force as SES shows it, or `null` if SES has another state. */
export type ShownInForce = Pick<Seen, 'status' | 'enabled'> | null;

/** Calls after which SES verifies again or has nothing to verify, including those of SES's first API. */
const SETS_ANEW = [
  'PutEmailIdentityDkimSigningAttributes',
  'VerifyDomainDkim',
  'DeleteEmailIdentity',
  'DeleteIdentity',
];
const SWITCHES = ['PutEmailIdentityDkimAttributes', 'SetIdentityDkimEnabled'];
const UNVERIFIED = ['PENDING', 'NOT_STARTED'];

/** Returns a person's change to the state in force since this project set it. */
export function doneByPerson(
  { seen, callsOfOthers }: Pick<Ledger, 'seen' | 'callsOfOthers'>,
  shown: ShownInForce,
): Seen['person'] {
  const isCalled = (calls: readonly string[]) => callsOfOthers.some(({ call }) => calls.includes(call));
  if (shown === null || isCalled(SETS_ANEW) || seen?.person === 'set-anew') return 'set-anew';
  const { status, enabled } = shown;
  // No change of this project has begun this verification.
  if (seen !== null && UNVERIFIED.includes(status) && !UNVERIFIED.includes(seen.status)) return 'set-anew';
  // SES may switch signing off itself only at the moment when it gives up.
  const isLater = seen?.status === 'FAILED' && seen.enabled;
  const isByPerson = status !== 'FAILED' || isLater || isCalled(SWITCHES) || seen?.person === 'switched-off';
  if (!enabled && isByPerson) return 'switched-off';
  return seen === null || seen.person === 'unknown' ? 'unknown' : null;
}

/** Checks whether SES has switched signing off itself. A rollback to that state switches it on. */
export const isOffBySes = (ledger: Ledger, shown: ShownInForce): boolean =>
  shown?.enabled === false && doneByPerson(ledger, shown) === null;

/** The observation after SES has verified the state that this project set. */
export const VERIFIED: Pick<Ledger, 'seen' | 'callsOfOthers'> = {
  seen: { status: 'SUCCESS', enabled: true, person: null },
  callsOfOthers: [],
};

/**
 * Records an audit's observation of the state in force.
 * @param isProved whether DNS has our record, so that SUCCESS refers to our key
 */
export function observed(ledger: Ledger, shown: ShownInForce, isProved: boolean): Ledger {
  if (shown?.status === 'SUCCESS' && shown.enabled && isProved) return { ...ledger, ...VERIFIED };
  const { status, enabled } = shown ?? { status: 'none', enabled: false };
  return { ...ledger, seen: { status, enabled, person: doneByPerson(ledger, shown) }, callsOfOthers: [] };
}

/** Steps at the end of a deploy, in which this project has read SES. */
const ENDS_OF_DEPLOYS: readonly string[] = ['adopted', 'confirmed', 'verified'];

/**
 * Checks whether a call may be the engine's own. The engine sets everything of an identity except the signing state, and the
 * deploy, which has since ended, checks those settings. CloudTrail reports a call minutes later.
 * @param at when it was made
 */
export const isOfDeploy = ({ last }: Pick<Ledger, 'last'>, call: string, at: number): boolean =>
  last !== null &&
  at <= last.at &&
  ENDS_OF_DEPLOYS.includes(last.event) &&
  ![...SETS_ANEW, ...SWITCHES].includes(call);

/** Steps at the end of a stack. */
const ENDS_OF_STACKS: readonly string[] = ['adopted', 'confirmed'];

/**
 * Returns when others last changed the identity since the last deploy, which repaired their earlier changes. One clock
 * dates both. The engine's state has a different clock, and a plan without changes does not write it.
 */
export const changedSinceDeploy = ({
  last,
  changedByOthersAt: at,
}: Pick<Ledger, 'last' | 'changedByOthersAt'>): number | null =>
  at !== null && last !== null && at <= last.at && ENDS_OF_STACKS.includes(last.event) ? null : at;

/** Calls whose result each audit compares with the deployed state, so that no plan has to look for it. */
const COMPARED = ['PutEmailIdentityMailFromAttributes', 'SetIdentityMailFromDomain'];

const MOST_CALLS = 20;

/** Records a call from outside this project for the next audit. */
export const changedByOthers = (ledger: Ledger, call: CallOfOthers, at: number): Ledger => ({
  ...ledger,
  ...(!COMPARED.includes(call.call) && { changedByOthersAt: Math.max(ledger.changedByOthersAt ?? 0, at) }),
  callsOfOthers: [...ledger.callsOfOthers, call].slice(-MOST_CALLS),
});

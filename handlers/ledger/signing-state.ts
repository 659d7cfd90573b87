import type { EmailIdentities, SigningState } from '../aws/email-identity';
import { identityArn, identityResource } from '../aws/identity-name';
import { POLL } from '../budgets';
import { HOUR_MS, MINUTE_MS } from '../clock';
import type { Place } from '../contract/input/event';
import { ByodkimError } from '../errors/errors';
import { isSetInSes, type Ledger, type Open, type Wanted } from './ledger';

/** Reads the signing state of SES. @throws ByodkimError IDENTITY_NOT_FOUND, ACCESS_DENIED, DEPENDENCY_FAILED. */
export async function observeExisting(identities: EmailIdentities, place: Place): Promise<SigningState> {
  const state = await identities.get(place.domain);
  if (state !== null) return state;
  throw new ByodkimError('IDENTITY_NOT_FOUND', { domain: place.domain, region: place.region });
}

/**
 * Refuses an identity without this project's tag before anything is written: IAM would refuse the Put in the middle of the change.
 * @param accountArn any ARN of the account
 * @throws ByodkimError ACCESS_DENIED.
 */
export function requireTag(state: SigningState, { domain, region }: Place, accountArn: string): void {
  if (state.managed !== false) return;
  throw new ByodkimError('ACCESS_DENIED', {
    kind: 'not-tagged',
    domain,
    region,
    action: 'ses:PutEmailIdentityDkimSigningAttributes',
    resource: identityResource({ domain, region }),
    arn: identityArn({ domain, region }, accountArn),
  });
}

/**
 * Checks whether SES signs with BYODKIM under this selector. If SES shows none, it may. This suffices to find that nothing has
 * changed, but not to leave out a Put.
 */
export const signsWith = (state: SigningState, selector: string): boolean =>
  state.origin === 'EXTERNAL' && (state.selector ?? selector) === selector;

/** Checks whether SES shows this selector. */
export const surelySignsWith = (state: SigningState, selector: string): boolean =>
  state.origin === 'EXTERNAL' && state.selector === selector;

/** Checks whether SES still has a selector that was set. After giving up, SES may have switched signing off itself. */
export const stillHas = (state: SigningState, selector: string): boolean =>
  signsWith(state, selector) && (state.enabled || state.status === 'FAILED');

/**
 * Checks whether a read of SES may be older than this project's last action: the action is that recent, and the read does not
 * show all of the last state in the ledger. The ledger does not have the state of SES after a rollback, a destroy, or a Put
 * that failed.
 */
export function mayBeOld(state: SigningState | null, ledger: Ledger, now: number): boolean {
  const set = lastSet(ledger);
  const isShown = set !== null && state !== null && signsWith(state, set.selector) && state.enabled;
  return !isShown && isRecent(ledger, now);
}

/** Returns the state that was set last, or `null` if there is none or an open change has not set it yet. */
function lastSet({ open, inForce }: Ledger): Wanted | null {
  if (open === null) return inForce;
  return isSetInSes(open) ? open.wanted : null;
}

/** Checks whether a read of SES may be older than the last step of a change. */
export const isRecent = ({ last }: Ledger, now: number): boolean =>
  last !== null && now - last.at < POLL.recentMs;

/**
 * Checks whether the run that made the open change read SUCCESS after its Put, seconds ago, and nothing has happened since, so
 * that another read would prove the same. A change without a Put was read before it was armed, so it does not count.
 */
export function isJustVerified(ledger: Ledger, { result }: Open, now: number): boolean {
  const { last, changedByOthersAt } = ledger;
  if (result?.changed !== true || result.final_dkim_status !== 'SUCCESS') return false;
  if (last?.event !== 'applied' || (changedByOthersAt ?? 0) >= last.at) return false;
  return last.at <= now && now - last.at < POLL.verifiedMs;
}

/** Time after a Put during which NOT_STARTED does not count, since a read may be older than the Put. */
const STALE_READ_MS = MINUTE_MS;

/** Treats NOT_STARTED right after our own Put as PENDING. */
export function withStartedVerification<State extends SigningState | null>(
  state: State,
  { open }: Ledger,
  now: number,
): State {
  if (state?.status !== 'NOT_STARTED' || open?.putAt === undefined) return state;
  const isOurs = signsWith(state, open.wanted.selector) && now - open.putAt < STALE_READ_MS;
  return isOurs ? { ...state, status: 'PENDING' } : state;
}

/** Time that SES may take to look for the record of a restored selector for the first time. */
const RESTART_MS = HOUR_MS;

/** Treats NOT_STARTED soon after a rollback as PENDING, since SES then verifies the restored selector again. */
export const withRestartedVerification = <State extends SigningState | null>(
  state: State,
  { open, inForce, last }: Ledger,
  now: number,
): State =>
  state?.status === 'NOT_STARTED' &&
  open === null &&
  last?.event === 'reverted' &&
  now - last.at < RESTART_MS &&
  inForce !== null &&
  signsWith(state, inForce.selector)
    ? { ...state, status: 'PENDING' }
    : state;

/** Adds the selector that was set last, if it is known and SES shows none for a BYODKIM key. */
export function withKnownSelector(state: SigningState, { open, inForce }: Ledger): SigningState {
  if (state.origin !== 'EXTERNAL' || state.selector !== undefined) return state;
  if (open !== null) return isSetInSes(open) ? { ...state, selector: open.wanted.selector } : state;
  return inForce === null ? state : { ...state, selector: inForce.selector };
}

/** Checks whether nothing is left to do. SES verifies against DNS, so SUCCESS with a proved record means the proved key. */
export const isAsWanted = (state: SigningState, wanted: Wanted, knownFingerprint?: string): boolean =>
  surelySignsWith(state, wanted.selector) &&
  state.enabled &&
  state.status === 'SUCCESS' &&
  (knownFingerprint === undefined || knownFingerprint === wanted.key.fingerprint);

/** Checks whether SES still has the state that was set, verified or not yet. */
export const isInStep = (state: SigningState | null, wanted: Wanted): state is SigningState =>
  state !== null &&
  signsWith(state, wanted.selector) &&
  state.enabled &&
  state.status !== 'FAILED' &&
  state.status !== 'NOT_STARTED';

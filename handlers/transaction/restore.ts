import { isAwsError } from '../aws/aws-error';
import type { PutAnswer, SigningState } from '../aws/email-identity';
import { POLL } from '../budgets';
import { privateKeyObject, s3Uri } from '../contract/contract';
import { ByodkimError } from '../errors/errors';
import { type FoundKey, fetchRecordedKey, type KeyReference } from '../keys/stored-key';
import type { DomainAccess } from '../ledger/domain-access';
import type { Ledger, Restoration, Snapshot } from '../ledger/ledger';
import { isOwnSelector } from '../ledger/ownership';
import { isLeaseLost } from '../ledger/session';
import { mayBeOld, signsWith, surelySignsWith } from '../ledger/signing-state';
import type { NotRestorable } from '../words/not-restorable';
import type { RestoredState, RollbackEnding } from '../words/results';
import type { PriorState } from './snapshot';

/** The end of a restoration. */
export interface Restored {
  /** Whether SES was written to. */
  readonly changed: boolean;
  readonly state: RestoredState;
  /** Whether restoring has become impossible and will not be retried, so that SES was not changed. */
  readonly incomplete?: true;
}

const GONE: Restored = { changed: false, state: { kind: 'identity-gone' } };

/** Returns the result of a failed change that was restored. */
export function endingOf({
  changed,
  incomplete,
  state,
}: Restored): Exclude<RollbackEnding, { readonly kind: 'untouched' }> {
  if (incomplete) return { kind: 'left', state };
  return { kind: changed ? 'rolled-back' : 'as-it-was', state };
}

/** Makes the result of a restoration that is impossible. */
export const leftAsItIs = (state: RestoredState): Restored => ({ changed: false, state, incomplete: true });

export interface RestoreOptions {
  /** Selector of this run's Put. If SES does not show it, the read may be older than the Put. */
  readonly put?: string;
  /**
   * Ledger of the change that is undone, which shows whether a read may be older than that change. @default the present ledger
   */
  readonly before?: Ledger;
}

/**
 * Restores a signing state with two SES calls, a read and a Put, and a third if the flag must be restored or is uncertain.
 * Reads first, so that a change that never happened is not undone, and writes only differences. A missing identity has nothing
 * to restore.
 * @throws ByodkimError SES_UPDATE_FAILED, ACCESS_DENIED, DEPENDENCY_FAILED, CERTIFICATE_*, CONCURRENT_UPDATE.
 */
export async function restore(
  session: DomainAccess,
  prior: PriorState,
  { put, before = session.ledger }: RestoreOptions = {},
): Promise<Restored> {
  await session.ensureLease();
  const { identities } = session.services;
  const { domain } = session.place;
  const now = await observeSettled(session, before, put);
  if (now === null) return GONE;
  try {
    return await writeBack(session, prior, now);
  } catch (error) {
    if (isAwsError(error, 'NotFoundException')) return GONE;
    // SES answers the flag of an identity that does not exist with 400, "is not verified for DKIM signing".
    if (isAwsError(error, 'BadRequestException') && (await identities.get(domain)) === null) return GONE;
    throw error;
  }
}

/** Reads SES, and reads it again if the answer may be older than the change to undo. */
export async function observeSettled(
  session: DomainAccess,
  before: Ledger,
  put?: string,
): Promise<SigningState | null> {
  const { identities } = session.services;
  const { domain } = session.place;
  const state = await identities.get(domain);
  if (state === null) return state;
  const isHidden = put !== undefined && !signsWith(state, put);
  if (!isHidden && !mayBeOld(state, before, session.now())) return state;
  try {
    await session.clock.sleep(POLL.staleMs);
  } catch (error) {
    if (isLeaseLost(error)) throw error;
    return state;
  }
  return identities.get(domain);
}

/** Statuses that do not become FAILED. */
const FINAL: readonly string[] = ['SUCCESS', 'FAILED'];

async function writeBack(
  session: DomainAccess,
  { snapshot, key }: PriorState,
  now: SigningState,
): Promise<Restored> {
  const { restoration, enabled } = snapshot;
  const { identities } = session.services;
  const { domain } = session.place;
  const foreign = await foreignSelector(session, snapshot, now);
  if (foreign !== null) return leftAsItIs({ kind: 'set-by-others', selector: foreign });
  if (restoration.kind === 'disable') return switchOff(session, snapshot, restoration.reason, now);
  const put = await planPut(session, restoration, now, key);
  // A read that shows signing off may be older than the change that has switched it on.
  const isOtherFlag = now.enabled !== enabled || (put !== null && !enabled);
  const answer = await put?.();
  // Between the read and the Put, SES may give up a key that it was verifying, and switch signing off.
  const mayBeOff = put !== null && enabled && !FINAL.includes(now.status);
  if (isOtherFlag) await identities.setSigningEnabled(domain, enabled);
  else if (mayBeOff) await identities.setSigningEnabled(domain, enabled).catch(ignoreRefusal);
  const { tokens } = answer ?? now;
  const hasOtherTokens = restoration.kind === 'easy-dkim' && areOthers(tokens, snapshot.tokens);
  return {
    changed: put !== null || isOtherFlag,
    state: {
      kind: 'prior-state',
      origin: restoration.kind,
      selector: restoration.kind === 'byodkim' ? restoration.selector : undefined,
      enabled,
      otherTokens: hasOtherTokens ? tokens : undefined,
    },
  };
}

/** Returns the selector of the key in SES, if this project did not set it and nobody could set it again. */
async function foreignSelector(
  { ledger, services: { store }, place: { domain }, world }: DomainAccess,
  snapshot: Snapshot,
  state: SigningState,
): Promise<string | null> {
  const { origin, selector } = state;
  if (origin !== 'EXTERNAL' || selector === undefined || isOwnSelector(ledger, state)) return null;
  const known = [ledger.open?.previous, ledger.inForce, snapshot];
  if (known.some((each) => each?.selector === selector)) return null;
  const stored = { bucket: world.environment.keyStoreBucket, key: privateKeyObject(domain, selector) };
  return (await store.head(stored)) === null ? selector : null;
}

/** Ignores that SES refuses the flag, since the read showed that it was right. */
function ignoreRefusal(error: unknown): void {
  if (!isAwsError(error, 'BadRequestException')) throw error;
}

/** @returns `null`: SES has it already */
async function planPut(
  { services: { identities, store }, place: { domain }, world }: DomainAccess,
  restoration: Exclude<Restoration, { kind: 'disable' }>,
  now: SigningState,
  atHand: FoundKey | undefined,
): Promise<(() => Promise<PutAnswer>) | null> {
  if (restoration.kind === 'easy-dkim') {
    return now.origin === 'AWS_SES' ? null : () => identities.putEasyDkim(domain);
  }
  const { selector, key: expected } = restoration;
  if (surelySignsWith(now, selector)) return null;
  const { key, reference } = atHand ?? (await fetchRecordedKey(store, world.redactor, expected));
  if (reference.fingerprint !== expected.fingerprint) throw anotherKey(expected, reference);
  return () => identities.putExternal(domain, selector, key);
}

function anotherKey(expected: KeyReference, { fingerprint: found }: KeyReference): ByodkimError {
  return new ByodkimError('CERTIFICATE_INVALID', {
    kind: 'another-key',
    place: s3Uri(expected),
    expected: expected.fingerprint,
    found,
  });
}

async function switchOff(
  { services: { identities }, place: { domain } }: DomainAccess,
  before: Snapshot,
  reason: NotRestorable | string,
  now: SigningState,
): Promise<Restored> {
  if (isUntouched(now, before)) return { changed: false, state: { kind: 'untouched' } };
  if (now.enabled) await identities.setSigningEnabled(domain, false);
  return { changed: now.enabled, state: { kind: 'switched-off', reason } };
}

/**
 * Checks whether SES still has the state that cannot be restored, which must not be given up for a change that never happened.
 * If a key was replaced under its selector, only the status shows it, and a verified state is complete with either key.
 */
const isUntouched = (now: SigningState, before: Snapshot): boolean =>
  now.origin === before.origin &&
  now.selector === before.selector &&
  now.enabled === before.enabled &&
  (now.origin !== 'EXTERNAL' || now.status === before.status || now.status === 'SUCCESS');

/** Checks whether two sets of tokens differ. Unknown tokens count as equal. */
const areOthers = (some: readonly string[], others: readonly string[]): boolean =>
  some.length > 0 && others.length > 0 && [...some].sort().join() !== [...others].sort().join();

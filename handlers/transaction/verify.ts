import type { SigningState } from '../aws/email-identity';
import { POLL } from '../budgets';
import { VERIFICATION_WAIT_SECONDS } from '../contract/contract';
import type { SigningRequest } from '../contract/input/event';
import { ByodkimError, hasCode } from '../errors/errors';
import type { SigningKey } from '../keys/format/public-key';
import type { DomainAccess } from '../ledger/domain-access';
import { observeExisting, signsWith } from '../ledger/signing-state';

export interface PutOutcome {
  /** PENDING: SES may verify later. */
  readonly status: 'SUCCESS' | 'PENDING';
  /** Seconds from the Put until SUCCESS was seen. */
  readonly unverifiedSeconds?: number;
  /** Whether SES lets the domain send; absent if it did not say. */
  readonly verifiedForSending?: boolean | undefined;
}

/** Facts that are known before the Put. */
interface Before {
  readonly state: SigningState;
  /** Whether a read of SES may still show the state of an earlier change, or one of its calls may still arrive. */
  readonly isUnsettled: boolean;
  /** Longest time to wait for SES. @default within the function's time */
  readonly waitMs?: number;
}

/** Time for which an apply waits. */
const APPLY_MS = VERIFICATION_WAIT_SECONDS * 1000;

/** What to set. */
type Target = Pick<SigningRequest, 'domain' | 'region' | 'selector'>;

/**
 * Puts the key, enables signing, and waits for SES to verify.
 * @throws ByodkimError SES_UPDATE_FAILED, ACCESS_DENIED, IDENTITY_NOT_FOUND, VERIFICATION_FAILED.
 */
export async function putAndVerify(
  session: DomainAccess,
  request: Target,
  key: SigningKey,
  known: Before,
): Promise<PutOutcome> {
  const before = known.state;
  const { identities } = session.services;
  const { domain, selector } = request;
  const startedAt = session.now();
  await session.onceArrived(() => identities.putExternal(domain, selector, key));
  const believedFrom = whenBelieved(known, selector, startedAt, session.now());
  if (!before.enabled) await enable(session, request);

  // An earlier FAILED has no meaning for this Put, however long SES shows it.
  let mayBeStale = before.status === 'FAILED' && signsWith(before, selector);
  const { waitMs = APPLY_MS } = known;
  const deadline = startedAt + Math.min(waitMs, session.leftMs());
  for (let poll: number = POLL.firstMs; ; poll = Math.min(poll * POLL.factor, POLL.longestMs)) {
    await session.clock.sleep(pauseOf(poll, { startedAt, deadline, now: session.now() }));
    const state = await observeExisting(identities, request).catch(throwAsUpdate);
    mayBeStale &&= state.status === 'FAILED' && signsWith(state, selector);
    if (signsWith(state, selector) && state.status === 'FAILED' && !mayBeStale) throw givenUp(request, state);
    if (signsWith(state, selector) && !state.enabled) await enable(session, request);
    else if (signsWith(state, selector) && state.status === 'SUCCESS' && session.now() >= believedFrom)
      return {
        status: 'SUCCESS',
        unverifiedSeconds: Math.round((session.now() - startedAt) / 100) / 10,
        verifiedForSending: state.verifiedForSending,
      };
    if (session.now() >= deadline) return requirePending(request, state);
  }
}

/** Returns the pause before the next read, which is longer for a run that waits longer than an apply. */
const pauseOf = (
  poll: number,
  { startedAt, deadline, now }: Readonly<Record<'startedAt' | 'deadline' | 'now', number>>,
): number => Math.min(now - startedAt < APPLY_MS ? poll : POLL.patientMs, Math.max(0, deadline - now));

/**
 * Returns the time from which a read of SUCCESS counts. A read may be older than the Put and show the result of an earlier Put
 * of this selector: that of the previous change, of one that was just undone, or of an attempt that the SDK has repeated
 * since.
 */
function whenBelieved({ state, isUnsettled }: Before, selector: string, putAt: number, now: number): number {
  const hasEarlier = isUnsettled || signsWith(state, selector) || now - putAt > POLL.firstMs;
  return hasEarlier ? now + POLL.staleMs : putAt;
}

/** Throws a failed read as SES_UPDATE_FAILED, since the key was already Put. */
function throwAsUpdate(error: unknown): never {
  if (!hasCode(error, 'DEPENDENCY_FAILED') || error.facts.kind !== 'call') throw error;
  throw new ByodkimError('SES_UPDATE_FAILED', error.facts, { cause: error });
}

async function enable(session: DomainAccess, request: Target): Promise<void> {
  await session.onceArrived(() => session.services.identities.setSigningEnabled(request.domain, true));
}

function requirePending(request: Target, state: SigningState): PutOutcome {
  const { domain, selector } = request;
  if (!signsWith(state, selector))
    throw new ByodkimError('SES_UPDATE_FAILED', {
      kind: 'not-shown',
      domain,
      expected: { origin: 'EXTERNAL', selector },
      found: state,
    });
  if (state.status === 'FAILED') throw givenUp(request, state);
  return { status: 'PENDING', verifiedForSending: state.verifiedForSending };
}

/** Makes the error of FAILED, which is final, since SES does not check again by itself. */
const givenUp = ({ domain, selector }: Target, found: SigningState): ByodkimError =>
  new ByodkimError('VERIFICATION_FAILED', { domain, selector, found });

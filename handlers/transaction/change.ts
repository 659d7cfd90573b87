import type { SigningState } from '../aws/email-identity';
import { POLL } from '../budgets';
import { MINUTE_MS } from '../clock';
import type { SigningRequest } from '../contract/input/event';
import type { Arming, ChangeAttempt, ChangeResult, Open, Wanted } from '../ledger/ledger';
import { baselineFor, ownerAfter } from '../ledger/ownership';
import { Session } from '../ledger/session';
import {
  isRecent,
  mayBeOld,
  observeExisting,
  requireTag,
  withKnownSelector,
  withStartedVerification,
} from '../ledger/signing-state';
import * as transitions from '../ledger/transitions';
import { earlyRemoval } from '../sharing/early-removal';
import { refuseWithoutHome } from '../sharing/home';
import { NO_OTHERS } from '../sharing/other-regions';
import type { World } from '../world';
import { ownArming, planRevert, verificationMinutes } from './arming';
import { arm, confirmOpen, confirmOwner, disarm } from './confirmed-commit';
import { decide } from './decide';
import { type ProvedKey, proveKey, unsignedMail } from './prove';
import { changeResult, withEnding } from './result';
import { rollBack, throwUntouched } from './rollback';
import { type PriorState, recallSnapshot, takeSnapshot } from './snapshot';
import { type PutOutcome, putAndVerify } from './verify';
import { withdrawRemoval } from './withdraw';

/**
 * Carries out one apply: prove, take the lease, observe, decide; then prove that a rollback is possible, arm the revert, write
 * the ledger, Put, enable, verify, write the ledger. Nothing in SES changes before the Put; from the Put on, a failure rolls
 * back. Each step can be repeated: the function may be killed between any two and invoked again.
 * @throws ByodkimError as `proveKey` and `changeWithin`.
 */
export const change = (world: World, attempt: ChangeAttempt): Promise<ChangeResult> =>
  afterGate(world, attempt.request, async (session, passed) => {
    // A direct call has no stack that would confirm it, so it confirms itself.
    const result = await changeWithin(session, attempt, passed, { confirms: attempt.source === 'direct' });
    const withdrawn = await withdrawRemoval(session, attempt.request);
    return { ...result, warnings: [...result.warnings, ...withdrawn] };
  });

/** The facts of an apply after the gate has passed. */
interface PassedGate extends ProvedKey {
  readonly wanted: Wanted;
}

/**
 * Asks the gate, which may take minutes, and only then takes the lease.
 * @throws ByodkimError as `proveKey` and `work`; CONCURRENT_UPDATE.
 */
export async function afterGate<T>(
  world: World,
  request: SigningRequest,
  work: (session: Session, passed: PassedGate) => Promise<T>,
): Promise<T> {
  const session = Session.open(world, request, 'gate');
  // A ledger that cannot be read now is read again after the gate has passed.
  const [proved] = await Promise.all([proveKey(world, request), session.read().catch(() => null)]);
  session.enter('change');
  const wanted = { selector: request.selector, key: proved.found.reference };
  return session.withLease(() => work(session, { ...proved, wanted }));
}

export interface ChangeOptions {
  /** Whether the change is also confirmed in its last write. */
  readonly confirms: boolean;
  /** The state of SES, if the caller has just read it under the lease. @default it is read */
  readonly observed?: SigningState;
}

/**
 * Carries out an apply under the lease, after the key is proved.
 * @throws ByodkimError CONCURRENT_UPDATE, RECORD_STILL_NEEDED, PRIOR_STATE_NOT_RESTORABLE, KEY_REPLACED, IDENTITY_NOT_FOUND,
 * ACCESS_DENIED, DEPENDENCY_FAILED, SES_UPDATE_FAILED, VERIFICATION_FAILED, ROLLBACK_FAILED.
 */
export async function changeWithin(
  session: Session,
  attempt: ChangeAttempt,
  passed: PassedGate,
  { confirms, observed }: ChangeOptions,
): Promise<ChangeResult> {
  const { wanted } = passed;
  await session.refuseOvertaken(attempt);
  await refuseWithoutHome(session, attempt);
  const seen = withKnownSelector(observed ?? (await observeSettled(session)), session.ledger);
  const state = withStartedVerification(seen, session.ledger, session.now());
  refuseEarlyRemoval(session, attempt, state);
  const asItIs = () =>
    changeResult(session.now(), attempt, wanted.key, {
      status: state.status,
      origin: state.origin,
      verifiedForSending: state.verifiedForSending,
      changed: false,
      warnings: passed.outcome.warnings,
    });
  const decision = decide(session.ledger, state, attempt, wanted);
  switch (decision.kind) {
    case 'adopt':
      await adoptState(session, attempt, passed, { state, confirms });
      return asItIs();
    case 'in-force':
      await handOver(session, attempt);
      if (confirms) await confirmOwner(session, session.ledger.owner!);
      return asItIs();
    case 'repeat': {
      await handOver(session, attempt);
      const open = session.ledger.open!;
      const result = open.result!;
      return confirms
        ? withEnding(result, state.status, await confirmOpen(session, open, state.status))
        : result;
    }
    case 'change':
      requireTag(state, attempt.request, session.world.environment.schedulerRoleArn);
      return makeChange(session, attempt, passed, {
        state,
        put: decision.put,
        confirms: confirms || decision.confirmsItself,
      });
  }
}

/**
 * Refuses a change after which the engine would remove a record too early. The plan has checked the same, but another run may
 * have set the selector since.
 * @throws ByodkimError RECORD_STILL_NEEDED.
 */
function refuseEarlyRemoval(session: Session, { source, request }: ChangeAttempt, shown: SigningState): void {
  if (source === 'direct') return;
  const refusal = earlyRemoval(request, session.ledger, { now: session.now(), others: NO_OTHERS, shown });
  if (refusal !== null) throw refusal;
}

/** Records that a change now belongs to another stack, if its `Baseline` was replaced and the attempt was not. */
async function handOver(session: Session, attempt: ChangeAttempt): Promise<void> {
  if (attempt.source === 'direct') return;
  const { transaction, stack } = attempt;
  const { open, owner } = session.ledger;
  const isOther = [open?.owner, owner].some(
    (each) => each?.transaction === transaction && each.stack !== stack,
  );
  if (isOther) await session.save(transitions.handedOver(session.ledger, transaction, stack));
}

/**
 * Observes SES. A read that is older than a change of this project must neither decide anything nor become the state to roll
 * back to.
 */
async function observeSettled(session: Session): Promise<SigningState> {
  const state = await observeExisting(session.services.identities, session.place);
  if (!mayBeOld(state, session.ledger, session.now())) return state;
  await session.clock.sleep(POLL.staleMs);
  return observeExisting(session.services.identities, session.place);
}

/** The state of SES, and whether the attempt confirms it. */
interface Observed {
  readonly state: SigningState;
  readonly confirms: boolean;
}

async function makeChange(
  session: Session,
  attempt: ChangeAttempt,
  passed: PassedGate,
  { state, put, confirms }: Observed & { readonly put: boolean },
): Promise<ChangeResult> {
  const { request } = attempt;
  const before = session.ledger;
  const prior = before.open
    ? await recallSnapshot(session, request, before.open.previous)
    : await takeSnapshot(session, request, state, passed.found);
  const opened = planChange(session, attempt, passed, prior);
  const armed = ownArming(before, opened);
  await open(session, opened, armed).catch(throwUntouched);
  const { domain, region, selector } = request;
  if (put && state.verifiedForSending !== false)
    session.world.log.warn('key-put', { domain, region, selector });
  try {
    const putAt = put ? session.now() : (before.open?.putAt ?? session.now());
    // Without a Put, SES already has the key, verified, from a change that was not confirmed yet.
    const verified: PutOutcome = put
      ? await putAndVerify(session, request, passed.found.key, {
          state,
          isUnsettled: before.open?.state === 'opening' || isRecent(before, opened.startedAt),
        })
      : { status: 'SUCCESS' };
    const result = changeResult(session.now(), attempt, passed.wanted.key, {
      ...verified,
      origin: 'EXTERNAL',
      changed: put,
      warnings: passed.outcome.warnings,
      revertsAt: armed?.at,
      previous: opened.previous,
    });
    const verifyBy = putAt + verificationMinutes(request, session.ledger, opened.previous) * MINUTE_MS;
    const applied = transitions.appliedOpen(opened, armed, result, { putAt, verifyBy });
    let ended = result;
    if (confirms)
      ended = withEnding(result, verified.status, await confirmOpen(session, applied, verified.status));
    else await session.finish(transitions.applied(session.ledger, applied, session.now()));
    // The schedule of an earlier change would do nothing from now on.
    const left = await disarm(session, before.open?.armed);
    const warnings = [...ended.warnings, ...left];
    if (verified.status === 'SUCCESS') return { ...ended, warnings };
    // Everything is written by now, and the lease is released, since no decision depends on how receivers treat mail.
    const { why } = await unsignedMail(session.world, request, async () => state.mailFrom);
    return { ...ended, unsigned_mail: why, warnings };
  } catch (error) {
    throw await rollBack(session, { before, open: opened, prior }, error);
  }
}

/** Arms the revert and opens the change. The order matters, since a schedule that the ledger does not know does nothing. */
async function open(session: Session, opened: Open, armed: Arming | null): Promise<void> {
  if (armed !== null) await session.onceArrived(() => arm(session, armed, opened.transaction));
  await session.save(transitions.opened(session.ledger, opened, session.now()));
}

/** Plans the change: its prior state and the time of its revert. */
function planChange(
  session: Session,
  attempt: ChangeAttempt,
  { wanted }: PassedGate,
  prior: PriorState,
): Open {
  const { ledger } = session;
  const now = session.now();
  // If the request asks for no revert, the revert of the change that is taken over stays armed until this change is applied.
  const armed = planRevert(now, attempt.request, ledger) ?? ledger.open?.armed ?? null;
  return {
    transaction: attempt.transaction,
    source: attempt.source,
    wanted,
    owner: ownerAfter(ledger, attempt, wanted),
    state: 'opening',
    previous: prior.snapshot,
    armed,
    startedAt: now,
  };
}

/** Adopts a state that is already the wanted one: writes nothing to SES, arms nothing, and records the owner in the ledger. */
async function adoptState(
  session: Session,
  attempt: ChangeAttempt,
  { found, wanted }: PassedGate,
  { state, confirms }: Observed,
): Promise<void> {
  const { transaction, request } = attempt;
  const { owner } = session.ledger;
  const baseline = baselineFor(session.ledger, state);
  // A change that was rolled back leaves its baseline, and nothing in force.
  if (attempt.source === 'direct' && session.ledger.inForce !== null) return;
  const isOwn = attempt.source === 'terraform' && owner?.stack === attempt.stack;
  if (isOwn && owner.transaction === transaction) return confirms ? confirmOwner(session, owner) : undefined;
  const known = baseline ?? (await takeSnapshot(session, request, state, found)).snapshot;
  const own = ownerAfter(session.ledger, attempt, wanted);
  const adoption = { transaction, wanted, baseline: known, owner: own, confirms };
  await session.finish(transitions.stateAdopted(session.ledger, adoption, session.now()));
}

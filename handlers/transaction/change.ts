import type { SigningState } from '../aws/email-identity';
import type { FoundKey } from '../key/key-source';
import type { World } from '../world';
import { disarm, ownArming } from './arming';
import { begin, ownerOf, planChange } from './begin';
import { failBeforePut, rollBack } from './failure';
import type { Attempt, ChangeResult, Ledger, Open, Wanted } from './ledger';
import { isAsWanted, isInStep, observeExisting, requireTag, signsWith, withKnownSelector } from './observe';
import { refuseOvertaken } from './overtaken';
import { proveKey } from './prove';
import { changeResult } from './result';
import { Session } from './session';
import { confirmedOwner, confirmOwner, settle } from './settle';
import { recallSnapshot, takeSnapshot } from './snapshot';
import { putAndVerify } from './verify';

/**
 * The life of one apply: prove, take the lease, observe, make sure of the way back, arm the revert, write the ledger,
 * Put, enable, verify, write the ledger. Until the Put nothing in SES has changed; from the Put on a failure
 * restores. Each step can be repeated: the function may be killed between any two and invoked again.
 */
export async function change(world: World, attempt: Attempt): Promise<ChangeResult> {
  const { request } = attempt;
  const services = world.services(request.domain, request.region, world.clock);
  const { found, outcome } = await proveKey(world, services, request);
  // Nobody else confirms a direct call: it has seen for itself how it ended.
  const confirms = attempt.source === 'direct';
  return Session.run(world, request, (session) =>
    changeWithin(world, session, attempt, found, outcome.warnings, confirms),
  );
}

/**
 * The same for a run that holds the lease and has proved the key.
 * @param confirms the change is confirmed at its end, in the same write.
 */
export async function changeWithin(
  world: World,
  session: Session,
  attempt: Attempt,
  found: FoundKey,
  warnings: readonly string[],
  confirms: boolean,
): Promise<ChangeResult> {
  const { request, transaction } = attempt;
  if (attempt.source === 'terraform') refuseOvertaken(session.ledger, attempt);
  const wanted: Wanted = { selector: request.selector, key: found.reference };
  const shown = await observeExisting(session.services.identities, request);
  const state = withKnownSelector(shown, session.ledger);
  const { open, owner } = session.ledger;
  const answer = (status: string, changed: boolean) =>
    changeResult(world, attempt, found.reference, { status, origin: state.origin, changed, warnings });

  if (open === null && isAsWanted(state, wanted, knownFingerprint(session.ledger, wanted))) {
    const result = answer(state.status, false);
    await takeNote(world, session, attempt, wanted, state, found, confirms);
    return result;
  }
  if (open !== null && isRepeated(open, attempt, wanted) && isInStep(state, wanted) && open.result)
    return confirms ? settled(world, session, open, open.result) : open.result;
  const isOwn = open === null && owner?.transaction === transaction;
  if (isOwn && isInStep(state, wanted)) {
    if (confirms) await confirmOwner(session, owner);
    return answer(state.status, false);
  }
  // A transaction that was confirmed once waits for no confirmation any more: it confirms itself, as a direct call.
  const confirmsItself = confirms || (isOwn && owner.confirmed);

  requireTag(state, request);
  const prior = open
    ? await recallSnapshot(world, session, request, open.previous)
    : await takeSnapshot(world, session, request, state, found);
  const before = session.ledger;
  const opened = planChange(world, before, attempt, wanted, prior);
  try {
    await begin(session, opened, prior);
  } catch (error) {
    throw await failBeforePut(world, session, before, opened, error);
  }
  try {
    const inPlace = isInPlace(before, state, wanted);
    const verified = await putAndVerify(world, session, request, found.key, state, inPlace);
    const armed = ownArming(before, opened);
    const result = changeResult(world, attempt, found.reference, {
      ...verified,
      origin: 'EXTERNAL',
      changed: !inPlace,
      warnings,
      revertsAt: armed?.at,
    });
    const applied: Open = { ...opened, armed, phase: 'applied', result };
    const ended = confirmsItself
      ? await settled(world, session, applied, result)
      : await leaveOpen(session, applied, result);
    // An earlier change's schedule would do nothing any more; it goes once ours is in force.
    const left = await disarm(world, session, before.open?.armed);
    return left.length > 0 ? { ...ended, warnings: [...ended.warnings, ...left] } : ended;
  } catch (error) {
    throw await rollBack(world, session, before, opened, prior, error);
  }
}

/** Written down as applied, and as waiting for its confirmation. */
async function leaveOpen(session: Session, open: Open, result: ChangeResult): Promise<ChangeResult> {
  await session.finish((ledger) => ({ ...ledger, open, lastRevert: null }), {
    event: 'applied',
    transaction: open.transaction,
    selector: open.wanted.selector,
    detail: result.final_dkim_status,
  });
  return result;
}

/** Written down as confirmed: it does not revert any more. */
async function settled(
  world: World,
  session: Session,
  open: Open,
  { reverts_at: _, ...result }: ChangeResult,
): Promise<ChangeResult> {
  const left = await settle(world, session, open);
  return { ...result, warnings: [...result.warnings, ...left] };
}

/** The same attempt again, which had come to its end: its answer was lost on the way. */
const isRepeated = (open: Open, { transaction }: Attempt, wanted: Wanted): boolean =>
  open.transaction === transaction &&
  open.phase === 'applied' &&
  open.wanted.key.fingerprint === wanted.key.fingerprint;

/** The key that SES is known to hold for this selector, from what we set ourselves. */
const knownFingerprint = ({ inForce }: Ledger, { selector }: Wanted): string | undefined =>
  inForce?.selector === selector ? inForce.key.fingerprint : undefined;

/**
 * SES has it already, from a change that was not confirmed yet: no Put. What an attempt that was cut off has done is
 * unknown where the selector was in use before: SES may still verify the key of before.
 */
function isInPlace({ open, inForce }: Ledger, state: SigningState, wanted: Wanted): boolean {
  if (open === null) return false;
  if (open.phase === 'opened' && mayHaveKeyOfBefore(open, wanted.selector)) return false;
  const known = [open.wanted, inForce].find((each) => each?.selector === wanted.selector);
  return known != null && isAsWanted(state, wanted, known.key.fingerprint);
}

const mayHaveKeyOfBefore = ({ wanted, previous }: Open, selector: string): boolean =>
  wanted.selector === selector && signsWith(previous, selector);

/** Already as wanted: SES is not written to, nothing is armed, and the ledger remembers whose state it is now. */
async function takeNote(
  world: World,
  session: Session,
  attempt: Attempt,
  wanted: Wanted,
  state: SigningState,
  found: FoundKey,
  confirms: boolean,
): Promise<void> {
  const { transaction, request } = attempt;
  const { baseline, owner } = session.ledger;
  if (attempt.source === 'direct' && baseline !== null) return;
  if (owner?.transaction === transaction && baseline !== null)
    return confirms ? confirmOwner(session, owner) : undefined;
  const snapshot =
    baseline ??
    (await takeSnapshot(world, session, { ...request, irreversible: 'allow' }, state, found)).snapshot;
  await session.finish(
    (ledger) => ({
      ...ledger,
      baseline: snapshot,
      inForce: wanted,
      ...(attempt.source === 'terraform' && {
        owner: confirms ? confirmedOwner(ownerOf(ledger, attempt, wanted)) : ownerOf(ledger, attempt, wanted),
        lastRevert: null,
        leaving: null,
        generation: ledger.generation + 1,
      }),
    }),
    { event: 'noted', transaction, selector: request.selector },
  );
}

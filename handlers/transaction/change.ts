import type { SigningRequest } from '../event';
import type { FoundKey } from '../key/key-source';
import type { World } from '../world';
import { arm, disarm, planArming } from './arming';
import { failBeforePut, rollBack } from './failure';
import type { ChangeResult, Ledger, Open, Owner, Wanted } from './ledger';
import { isAsWanted, isInStep, observeExisting, requireTag } from './observe';
import { proveKey } from './prove';
import { changeResult } from './result';
import { Session } from './session';
import { settle } from './settle';
import { type PriorState, recallSnapshot, takeSnapshot } from './snapshot';
import { putAndVerify } from './verify';

/** One attempt to change one identity's signing state. */
export interface Attempt {
  /** Names the transaction. */
  readonly transaction: string;
  readonly source: 'terraform' | 'direct';
  readonly request: SigningRequest;
}

/**
 * The life of one apply: prove, take the lease, observe, make sure of the way back, write the ledger, arm the
 * revert, Put, enable, verify, write the ledger. Until the Put nothing in SES has changed; from the Put on a failure
 * restores. Each step can be repeated: the function may be killed between any two and invoked again.
 */
export async function change(world: World, attempt: Attempt): Promise<ChangeResult> {
  const { request } = attempt;
  const services = world.services(request.domain, request.region, world.clock);
  const { found, outcome } = await proveKey(world, services, request);
  return Session.run(world, request, async (session) => {
    const confirmsItself = attempt.source === 'direct';
    const result = await changeWithin(world, session, attempt, found, outcome.warnings, confirmsItself);
    return confirmsItself ? confirmOwn(world, session, result) : result;
  });
}

/** Nobody else confirms a direct call: it has seen for itself how it ended. */
async function confirmOwn(world: World, session: Session, result: ChangeResult): Promise<ChangeResult> {
  const { open } = session.ledger;
  if (open === null) return result;
  const { reverts_at: _, ...confirmed } = result;
  const left = await settle(world, session, open);
  return { ...confirmed, warnings: [...result.warnings, ...left] };
}

/**
 * The same for a run that holds the lease and has proved the key.
 * @param goesOn the caller has more to write: keep the lease.
 */
export async function changeWithin(
  world: World,
  session: Session,
  attempt: Attempt,
  found: FoundKey,
  warnings: readonly string[],
  goesOn = false,
): Promise<ChangeResult> {
  const { request, transaction } = attempt;
  const wanted: Wanted = { selector: request.selector, key: found.reference };
  const state = await observeExisting(session.services.identities, request);
  const { open, owner } = session.ledger;
  const answer = (status: string, changed: boolean) =>
    changeResult(world, attempt, found.reference, { status, origin: state.origin, changed, warnings });

  if (open === null && isAsWanted(state, wanted, knownFingerprint(session.ledger, wanted))) {
    const result = answer(state.status, false);
    await takeNote(world, session, attempt, wanted, state, found);
    return result;
  }
  if (open !== null && isRepeated(open, attempt, wanted) && isInStep(state, wanted) && open.result)
    return open.result;
  const settled = open === null && owner?.transaction === transaction && owner.confirmed;
  if (settled && isInStep(state, wanted)) return answer('PENDING', false);

  requireTag(state, request);
  const prior = open
    ? await recallSnapshot(world, session, request, open.previous)
    : await takeSnapshot(world, session, request, state, found);
  const before = session.ledger;
  const opened = await begin(world, session, attempt, wanted, prior, settled);
  try {
    if (opened.armed) await arm(session, opened.armed, transaction);
    await session.renewIfDue();
  } catch (error) {
    throw await failBeforePut(world, session, before, opened, error);
  }
  const inPlace = open !== null && isAsWanted(state, wanted, open.wanted.key.fingerprint);
  try {
    const verified = await putAndVerify(world, session, request, found.key, state, inPlace);
    const result = changeResult(world, attempt, found.reference, {
      ...verified,
      origin: 'EXTERNAL',
      changed: !inPlace,
      warnings,
      revertsAt: opened.armed?.at,
    });
    await session[goesOn ? 'save' : 'finish'](
      (ledger) => ({ ...ledger, open: { ...opened, phase: 'applied', result } }),
      {
        event: 'applied',
        transaction,
        selector: request.selector,
        detail: verified.status,
      },
    );
    // An earlier change's schedule would do nothing any more; it goes once ours is in force.
    const leftovers = before.open?.armed?.number === opened.armed?.number ? null : before.open?.armed;
    const left = await disarm(world, session, leftovers);
    return left.length > 0 ? { ...result, warnings: [...result.warnings, ...left] } : result;
  } catch (error) {
    throw await rollBack(world, session, opened, prior, error);
  }
}

/** The same attempt again, which had come to its end: its answer was lost on the way. */
const isRepeated = (open: Open, { transaction }: Attempt, wanted: Wanted): boolean =>
  open.transaction === transaction &&
  open.phase === 'applied' &&
  open.wanted.key.fingerprint === wanted.key.fingerprint;

/** The key that SES is known to hold for this selector, from what we set ourselves. */
const knownFingerprint = ({ owner }: Ledger, { selector }: Wanted): string | undefined =>
  owner?.wanted.selector === selector ? owner.wanted.key.fingerprint : undefined;

/** Already as wanted: SES is not written to, nothing is armed, and the ledger remembers whose state it is now. */
async function takeNote(
  world: World,
  session: Session,
  attempt: Attempt,
  wanted: Wanted,
  state: Awaited<ReturnType<typeof observeExisting>>,
  found: FoundKey,
): Promise<void> {
  const { transaction, request } = attempt;
  const { baseline, owner } = session.ledger;
  if (attempt.source === 'direct' && baseline !== null) return;
  if (owner?.transaction === transaction && baseline !== null) return;
  const snapshot =
    baseline ??
    (await takeSnapshot(world, session, { ...request, irreversible: 'allow' }, state, found)).snapshot;
  await session.finish(
    (ledger) => ({
      ...ledger,
      baseline: snapshot,
      ...(attempt.source === 'terraform' && {
        owner: ownerOf(attempt, wanted, true),
        lastRevert: null,
        generation: ledger.generation + 1,
      }),
    }),
    { event: 'noted', transaction, selector: request.selector },
  );
}

const ownerOf = ({ transaction, request }: Attempt, wanted: Wanted, confirmed: boolean): Owner => ({
  transaction,
  wanted,
  confirmed,
  ...(request.driftToken !== undefined && { driftToken: request.driftToken }),
});

/** Writes down what will be changed and what was before, so that whoever comes next can finish or undo it. */
async function begin(
  world: World,
  session: Session,
  attempt: Attempt,
  wanted: Wanted,
  prior: PriorState,
  confirmedBefore: boolean,
): Promise<Open> {
  const { ledger } = session;
  const number = ledger.armings + 1;
  const fromTerraform = attempt.source === 'terraform';
  const open: Open = {
    transaction: attempt.transaction,
    source: attempt.source,
    wanted,
    owner: fromTerraform ? ownerOf(attempt, wanted, false) : (ledger.open?.owner ?? ledger.owner),
    phase: 'opened',
    previous: prior.snapshot,
    armed: confirmedBefore ? null : planArming(world, attempt.request, number),
    startedAt: world.clock.now(),
  };
  await session.save(
    (now) => ({
      ...now,
      open,
      armings: number,
      baseline: now.baseline ?? prior.snapshot,
      lastRevert: fromTerraform ? null : now.lastRevert,
    }),
    { event: 'opened', transaction: open.transaction, selector: wanted.selector },
  );
  return open;
}

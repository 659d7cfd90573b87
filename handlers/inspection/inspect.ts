import { createHash } from 'node:crypto';
import type { SigningState } from '../aws/email-identity';
import { onceArrived } from '../aws/retry';
import { REVERT_RETRY, untilKept } from '../budgets';
import { day, iso } from '../clock';
import { ADVICE_LABEL } from '../contract/contract';
import type { Place, SigningRequest } from '../contract/input/event';
import type { ByodkimError } from '../errors/errors';
import type { DriftReason } from '../facts/drift';
import { forDomain } from '../facts/for-domain';
import {
  emptyLedger,
  isSet,
  isWaiting,
  type Ledger,
  type Open,
  type Owner,
  type Wanted,
} from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import { isContested } from '../ledger/ownership';
import { isInStep, withStartedVerification } from '../ledger/signing-state';
import { plannedRemoval } from '../selector/early-removal';
import { findForeignKey } from '../selector/made-keys';
import { describeDrift } from '../words/drift';
import type { Services, World } from '../world';
import { type Rehearsal, rehearse } from './rehearse';

/** The answer of `Inspection` at plan time. */
export interface Inspected {
  readonly statusCode: 200;
  readonly domain: string;
  /** Stays the same as long as SES is in step with what was applied; one of the `Attempt`'s triggers. */
  readonly token: string;
  readonly drifted: boolean;
  /** Why a new attempt is planned, for readers of the plan. */
  readonly reason?: string;
  /** Why this plan must not be carried out: an error as Lambda answers one that is thrown, as JSON. */
  readonly refusal?: string;
  /** A confirmed change waits for SES: until when it may. ISO 8601. */
  readonly verify_by?: string;
  /** Only for a review. */
  readonly rehearsal?: Rehearsal;
}

/**
 * Answers `Inspection`, read-only. As long as SES is in step, the token is the one that the current transaction was applied
 * with; otherwise it is made of the signing state and of the ledger's last write. So a drift makes a new attempt, and the
 * plan after that attempt is empty.
 */
export async function inspect(
  world: World,
  request: SigningRequest & { readonly violation?: ByodkimError; readonly review?: boolean },
): Promise<Inspected> {
  const { domain, region, violation } = request;
  // The plan stops, unless it is of a destroy, which needs no token: so nothing is read.
  if (violation)
    return {
      statusCode: 200,
      domain,
      token: 'not-allowed',
      drifted: false,
      refusal: asRefusal(violation, request),
    };
  const services = world.services(domain, region, world.clock);
  // The first call of a first deploy: its permissions may not have arrived.
  const { known, state, answer } = await onceArrived(
    untilKept(world, () => 'gate'),
    async () => {
      const ledger = await readLedger(services.store, world.environment.keyStoreBucket, request);
      if (ledger === null)
        return { known: emptyLedger(domain, region), state: null, answer: neverSeen(world) };
      const state = withStartedVerification(await services.identities.get(domain), ledger, world.clock.now());
      return {
        known: ledger,
        state,
        answer: await inStepOrNot(world, services, { ledger, state, selector: request.selector }),
      };
    },
  );
  const seen = { now: world.clock.now(), shown: state };
  const refused =
    (await plannedRemoval(services.store, request, known, seen)) ??
    (await foreignKey(world, services, request, known));
  return {
    statusCode: 200,
    domain,
    ...answer,
    // Answered, not thrown: the stack's precondition refuses a deploy, and lets a destroy pass.
    refusal: refused ? asRefusal(refused, request) : undefined,
    ...(request.review && { rehearsal: await rehearse(world, request) }),
  };
}

/** Returns the refusal of a key that the function makes, has not made, and would sign with next. */
function foreignKey(
  world: World,
  { store }: Services,
  request: SigningRequest & { readonly review?: boolean },
  { inForce }: Ledger,
): Promise<ByodkimError | null> | null {
  const { createKey, selector, keyStore, review } = request;
  // The rehearsal of a review finds it itself.
  if (createKey !== true || review || inForce?.selector === selector) return null;
  return findForeignKey(world, store, request, { bucket: keyStore.bucket, key: keyStore.privateKey });
}

/**
 * Answers without a ledger, and without asking SES. The token changes each day, so that a lost ledger is noticed, and not
 * within a day, so that a first deploy that failed continues.
 */
const neverSeen = (world: World) => ({
  token: `untouched-${digest([day(world.clock.now())])}`,
  drifted: false,
});

const asRefusal = ({ code, message, advice }: ByodkimError, place: Place): string =>
  JSON.stringify({
    errorType: code,
    errorMessage: message,
    trace: [code, `${ADVICE_LABEL}${forDomain(advice, place)}`],
  });

/** A plan's selector, and what it is compared with. */
interface Compared {
  readonly ledger: Ledger;
  readonly state: SigningState | null;
  readonly selector: string;
}

async function inStepOrNot(
  world: World,
  services: Services,
  { ledger, state, selector }: Compared,
): Promise<Omit<Inspected, 'statusCode' | 'domain'>> {
  const { open, owner, inForce } = ledger;
  const verify_by = isWaiting(open) && open.verifyBy ? iso(open.verifyBy) : undefined;
  const inStep = (token: string) => ({ token, drifted: false, verify_by });
  // A plan of another selector is of another attempt: with that token, the two could not be told apart.
  const ofOpen = open?.owner?.wanted.selector === selector ? open.owner : null;
  if (open !== null && ofOpen !== null && willEnd(open, state, world.clock.now()))
    return inStep(ofOpen.driftToken ?? untouched(null, null));
  if (owner === null) return inStep(untouched(state, ledger.settledAt));
  const shown = [
    state?.origin,
    state?.selector,
    state?.enabled,
    state?.status === 'FAILED',
    // Renewed by each write: an earlier ledger that a person has restored shows nothing of what was applied since.
    ledger.writeId,
  ];
  // The owner after a rollback is still the change that was undone; SES has the state before it.
  const wanted = inForce?.selector === selector ? inForce : owner.wanted;
  if (wanted.selector !== selector)
    return {
      token: `drift-other-selector-${digest([selector, owner.transaction, ...shown])}`,
      drifted: true,
      // Each of two Terraform states of one domain must see that the other was applied last.
      reason: describeDrift({
        kind: 'other-selector',
        applied: owner.wanted.selector,
        planned: selector,
      }),
    };
  const isSetAsWanted = isInStep(state, wanted);
  if (isSetAsWanted && (await isSameKey(services, wanted)))
    return isContested(ledger) ? contested(ledger, owner) : inStep(owner.driftToken ?? untouched(null, null));
  const why: DriftReason = isSetAsWanted
    ? { kind: 'key-replaced', selector }
    : driftOf(ledger, selector, state);
  return { token: `drift-${tokenWord(why)}-${digest(shown)}`, drifted: true, reason: describeDrift(why) };
}

/** Answers while two engine states manage the domain with one selector: each must see that the other was applied. */
const contested = (
  { domain, settledAt }: Ledger,
  { transaction, driftToken, wanted: { selector } }: Owner,
) => ({
  token: `drift-taken-over-${digest([transaction, driftToken, settledAt])}`,
  drifted: true,
  reason: describeDrift({ kind: 'taken-over', domain, selector }),
});

/** Returns why SES is not as it was set. */
function driftOf({ unverified, last }: Ledger, selector: string, state: SigningState | null): DriftReason {
  if (unverified?.selector === selector) {
    const { times, minutes, status, at } = unverified;
    return { kind: 'unverified', selector, times, minutes, status, rolledBackAt: iso(at) };
  }
  const rolledBackAt = last?.event === 'reverted' ? iso(last.at) : undefined;
  return { kind: 'changed', selector, state, rolledBackAt };
}

/** Names a drift. The word is part of the token, and so of the plan: the engine prints only this token. */
function tokenWord(why: DriftReason): string {
  if (why.kind === 'unverified') return `unverified-${why.times}x-see-verification.timeoutMinutes`;
  if (why.kind !== 'changed') return why.kind;
  if (why.rolledBackAt !== undefined) return 'rolled-back';
  return why.state === null ? 'identity-missing' : 'changed';
}

/**
 * Returns whether an open change will still end: it is confirmed, or its revert fires (and is repeated for some time). A
 * change that is not armed, or that was confirmed, is compared like any other state, so that a drift is seen.
 */
function willEnd(open: Open, state: SigningState | null, now: number): boolean {
  const isInTime = open.armed !== null && now < open.armed.at + REVERT_RETRY.graceMs;
  if (isWaiting(open)) return isInTime && isInStep(state, open.wanted);
  return open.armed === null ? isSet(open) && isInStep(state, open.wanted) : isInTime;
}

/** Returns whether the key in S3 is the one that was applied. An overwritten key is drift: SES signs with the earlier one. */
async function isSameKey({ store }: Services, { key: applied }: Wanted): Promise<boolean> {
  const { bucket, key, etag } = applied;
  const head = await store.head({ bucket, key });
  // A missing key is no drift, since SES keeps signing: the audit reports it.
  return head === null || head.etag === etag;
}

/**
 * Makes the token before the first transaction, of what SES has, so that a lost ledger is noticed.
 * @param settledAt so that an engine's state from before a destroy, or a revert by hand, is not in step
 */
const untouched = (state: SigningState | null, settledAt: number | null): string =>
  `untouched-${digest([state?.origin, state?.selector, state?.enabled, settledAt])}`;

const digest = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);

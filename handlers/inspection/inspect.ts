import { createHash } from 'node:crypto';
import type { SigningState } from '../aws/email-identity';
import { onceArrived } from '../aws/retry';
import type { Services } from '../aws/services';
import { REVERT_RETRY, untilKept } from '../budgets';
import { day, iso } from '../clock';
import { ADVICE_LABEL } from '../contract/contract';
import type { Place, SigningRequest } from '../contract/input/event';
import type { ByodkimError } from '../errors/errors';
import { forDomain } from '../escape';
import { appliedObject } from '../keys/state/applied-key';
import { findForeignKey } from '../keys/state/made-keys';
import { emptyLedger, isSetInSes, isWaiting, type Ledger, type Open, type Owner } from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import { isContested } from '../ledger/ownership';
import { isInStep, withStartedVerification } from '../ledger/signing-state';
import { plannedRemoval } from '../sharing/early-removal';
import type { DriftReason } from '../words/drift';
import type { World } from '../world';
import { type Rehearsal, rehearse } from './rehearse';

/** The answer to `Inspection` at plan time. */
export interface Inspected {
  readonly statusCode: 200;
  readonly domain: string;
  /** Token that stays the same as long as SES is in step with the applied state. It is one of the `Attempt`'s triggers. */
  readonly token: string;
  readonly drifted: boolean;
  /** Reason why a new attempt is planned, for readers of the plan. */
  readonly drift?: DriftReason;
  /** Reason why this plan must not be carried out, as JSON in the form in which Lambda returns a thrown error. */
  readonly refusal?: string;
  /** Time until which a confirmed change may wait for SES. ISO 8601. */
  readonly verify_by?: string;
  /** Only for a review. */
  readonly rehearsal?: Rehearsal;
}

/**
 * Answers `Inspection`, read-only. As long as SES is in step, returns the token with which the current transaction was
 * applied. Otherwise makes the token from the signing state and the ledger's last write. So a drift makes a new attempt, and
 * the plan after that attempt is empty.
 */
export async function inspect(
  world: World,
  request: SigningRequest & { readonly violation?: ByodkimError; readonly review?: boolean },
): Promise<Inspected> {
  const { domain, region, violation } = request;
  // The plan stops, unless it is that of a destroy, which needs no token. So nothing is read.
  if (violation)
    return {
      statusCode: 200,
      domain,
      token: 'not-allowed',
      drifted: false,
      refusal: asRefusal(violation, request),
    };
  const services = world.services(domain, region, world.clock);
  // This is the first call of a first deploy, whose permissions may not be effective yet.
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
    // The error is answered and not thrown, since the stack's precondition refuses a deploy and lets a destroy pass.
    refusal: refused ? asRefusal(refused, request) : undefined,
    ...(request.review && { rehearsal: await rehearse(world, request) }),
  };
}

/** Returns the refusal of the next key if the function makes the domain's keys and has not made this one. */
function foreignKey(
  world: World,
  { store }: Services,
  request: SigningRequest & { readonly review?: boolean },
  { inForce }: Ledger,
): Promise<ByodkimError | null> | null {
  const { createKey, selector, keyStore, review } = request;
  // The rehearsal of a review finds this itself.
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

/** A plan's selector, and the state with which it is compared. */
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
  // A plan with another selector belongs to another attempt. With the same token, the two could not be distinguished.
  const ofOpen = open?.owner?.wanted.selector === selector ? open.owner : null;
  if (open !== null && ofOpen !== null && willEnd(open, state, world.clock.now()))
    return inStep(ofOpen.driftToken ?? untouched(null, null));
  if (owner === null) return inStep(untouched(state, ledger.settledAt));
  const shown = [
    state?.origin,
    state?.selector,
    state?.enabled,
    state?.status === 'FAILED',
    // Each write renews the token, since an earlier ledger that a person has restored does not show the later applies.
    ledger.writeId,
  ];
  // After a rollback, the owner is still the change that was undone, and SES has the state before it.
  const wanted = inForce?.selector === selector ? inForce : owner.wanted;
  if (wanted.selector !== selector)
    return {
      token: `drift-other-selector-${digest([selector, owner.transaction, ...shown])}`,
      drifted: true,
      // Each of two Terraform states of one domain must see that the other was applied last.
      drift: { kind: 'other-selector', applied: owner.wanted.selector, planned: selector },
    };
  const isSetAsWanted = isInStep(state, wanted);
  // An overwritten key is drift: SES signs with the earlier one. A missing key is not; the audit reports it.
  if (isSetAsWanted && (await appliedObject(services.store, wanted)).state !== 'replaced')
    return isContested(ledger) ? contested(ledger, owner) : inStep(owner.driftToken ?? untouched(null, null));
  const why: DriftReason = isSetAsWanted
    ? { kind: 'key-replaced', selector }
    : driftOf(ledger, selector, state);
  return { token: `drift-${tokenWord(why)}-${digest(shown)}`, drifted: true, drift: why };
}

/** Answers while two engine states manage the domain with one selector: each must see that the other was applied. */
const contested = (
  { domain, settledAt }: Ledger,
  { transaction, driftToken, wanted: { selector } }: Owner,
): Pick<Inspected, 'token' | 'drifted' | 'drift'> => ({
  token: `drift-taken-over-${digest([transaction, driftToken, settledAt])}`,
  drifted: true,
  drift: { kind: 'taken-over', domain, selector },
});

/** Returns the reason why SES is not in the state that was set. */
function driftOf({ unverified, last }: Ledger, selector: string, state: SigningState | null): DriftReason {
  if (unverified?.selector === selector) {
    const { times, minutes, status, at } = unverified;
    return { kind: 'unverified', selector, times, minutes, status, rolledBackAt: iso(at) };
  }
  const rolledBackAt = last?.event === 'reverted' ? iso(last.at) : undefined;
  return { kind: 'changed', selector, state, rolledBackAt };
}

/** Names a drift. The word is part of the token and so of the plan, since the engine prints only this token. */
function tokenWord(why: DriftReason): string {
  if (why.kind === 'unverified') return `unverified-${why.times}x-see-verification.timeoutMinutes`;
  if (why.kind !== 'changed') return why.kind;
  if (why.rolledBackAt !== undefined) return 'rolled-back';
  return why.state === null ? 'identity-missing' : 'changed';
}

/**
 * Checks whether an open change will still end: it is confirmed, or its revert fires (and is repeated for some time). A change
 * that is not armed or was confirmed is compared like any other state, so that a drift is found.
 */
function willEnd(open: Open, state: SigningState | null, now: number): boolean {
  const isInTime = open.armed !== null && now < open.armed.at + REVERT_RETRY.graceMs;
  if (isWaiting(open)) return isInTime && isInStep(state, open.wanted);
  return open.armed === null ? isSetInSes(open) && isInStep(state, open.wanted) : isInTime;
}

/**
 * Makes the token before the first transaction from the state of SES, so that a lost ledger is noticed.
 * @param settledAt prevents an engine's state from before a destroy or a manual revert from being in step
 */
const untouched = (state: SigningState | null, settledAt: number | null): string =>
  `untouched-${digest([state?.origin, state?.selector, state?.enabled, settledAt])}`;

const digest = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);

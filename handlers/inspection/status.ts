import { type HealingState, healingOf } from '../audit/heal';
import { readMemory } from '../audit/news';
import type { SigningState } from '../aws/email-identity';
import { iso } from '../clock';
import { keyMadeAt } from '../dkim-key/dns-information';
import {
  currentOwner,
  deadlineOf,
  emptyLedger,
  isHeld,
  isWaiting,
  type Ledger,
  type Place,
  type Wanted,
} from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import { signersOf } from '../rotation/stages';
import { isInStep, signsWith, withStartedVerification } from '../transaction/signing-state';
import type { Services, World } from '../world';

/** Reports ledger and SES of one domain, for `byodkim status`. Read-only. */
export async function status(world: World, target: Place) {
  const services = world.services(target.domain, target.region, world.clock);
  const { ledger, state } = await readLedgerAndSes(world, services, target);
  const inForce = inForceIn(ledger);
  const [madeAt, memory] = await Promise.all([
    // What cannot be read must not hide the rest.
    inForce && keyMadeAt(world, services, target.domain, inForce).catch(() => null),
    ledger.owner?.heal === undefined ? null : readMemory(world, services),
  ]);
  const keyCreatedAt = madeAt ? iso(madeAt) : null;
  const healing = memory && healingOf(ledger, memory);
  const { keyStoreBucket } = world.environment;
  return statusOf(ledger, state, { now: world.clock.now(), keyCreatedAt, healing, keyStoreBucket });
}

/** Reads the ledger and SES at once, without taking the lease. */
async function readLedgerAndSes(world: World, services: Services, place: Place) {
  const { domain, region } = place;
  const [ledger, state] = await Promise.all([
    readLedger(services.store, world.environment.keyStoreBucket, place),
    services.identities.get(domain),
  ]);
  const known = ledger ?? emptyLedger(domain, region);
  return { ledger: known, state: withStartedVerification(state, known, world.clock.now()) };
}

/** What neither the ledger nor SES shows. */
interface Beside {
  readonly now: number;
  /** ISO 8601; `null`: unknown. */
  readonly keyCreatedAt: string | null;
  /** Whether the audit repeats the change once SES has given up on its record; `null`: its stack does not ask for it. */
  readonly healing: HealingState;
  readonly keyStoreBucket: string;
}

export const inForceIn = ({ open, inForce }: Ledger): Wanted | null => open?.wanted ?? inForce;

/** @param state what SES has; `null`: no identity */
export function statusOf(
  ledger: Ledger,
  state: SigningState | null,
  { now, keyCreatedAt, healing, keyStoreBucket }: Beside,
) {
  const { open, owner, baseline, lastRevert, lease, history } = ledger;
  const inForce = inForceIn(ledger);
  const hasGivenUp = state?.status === 'FAILED' && inForce !== null && signsWith(state, inForce.selector);
  return {
    statusCode: 200 as const,
    /** By this function's clock: the times below are compared with it. */
    now: iso(now),
    domain: ledger.domain,
    region: ledger.region,
    /** What SES has; `null`: no identity. */
    ses: state,
    selector: inForce?.selector ?? null,
    fingerprint: inForce?.key.fingerprint ?? null,
    key: inForce?.key ?? null,
    keyCreatedAt,
    /** By its stack, or as a direct call; SES may still be verifying (`waiting`). */
    confirmed: isWaiting(open) || (open === null && owner !== null),
    /** When it is rolled back: unless it is confirmed by then, or unless SES has verified it. */
    revertsAt: isWaiting(open) ? iso(deadlineOf(open)) : open?.armed ? iso(open.armed.at) : null,
    /** A confirmed change that SES has not verified yet. */
    waiting: isWaiting(open)
      ? {
          since: iso(open.putAt ?? open.startedAt),
          verifyBy: iso(deadlineOf(open)),
          nextCheckAt: open.armed ? iso(open.armed.at) : null,
          checks: open.checks,
        }
      : null,
    /** The last change was rolled back because SES had not verified it in time; how often in a row. */
    unverified: ledger.unverified && { ...ledger.unverified, at: iso(ledger.unverified.at) },
    transaction: open?.transaction ?? owner?.transaction ?? null,
    drifted: inForce !== null && !isInStep(state, inForce) && !hasGivenUp,
    healing,
    /** The bucket of this function's ledgers, and of the keys unless a domain names another one. */
    keyStoreBucket,
    busyUntil: isHeld(lease, now) ? iso(lease.expiresAt) : null,
    baseline,
    previous: open?.previous ?? null,
    lastRevert,
    /** Each selector that SES has signed with, and whether a rollback may restore it: its record has to stay. */
    signers: signersOf(ledger),
    /** Selectors whose record the stack publishes, or may still publish after an attempt that failed. */
    records: ledger.records,
    /** How its stack rotates keys. */
    rotation: currentOwner(ledger)?.rotation ?? null,
    history,
  };
}

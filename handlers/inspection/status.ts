import { healingOf } from '../audit/heal';
import { iso } from '../clock';
import { keyMadeAt } from '../dkim-key/dns-information';
import { currentOwner, deadlineOf, isHeld, isWaiting, type Place } from '../ledger/ledger';
import { signersOf } from '../rotation/stages';
import { isInStep, signsWith } from '../transaction/signing-state';
import type { World } from '../world';
import { readLedgerAndSes } from './inspect';

/** Reports ledger and SES of one domain, for `byodkim status`. Read-only. */
export async function status(world: World, target: Place) {
  const services = world.services(target.domain, target.region, world.clock);
  const { ledger, state } = await readLedgerAndSes(world, services, target);
  const { open, owner, baseline, lastRevert, lease, history } = ledger;
  const inForce = open?.wanted ?? ledger.inForce;
  const hasGivenUp = state?.status === 'FAILED' && inForce !== null && signsWith(state, inForce.selector);
  const [madeAt, healing] = await Promise.all([
    // What cannot be read must not hide the rest.
    inForce && keyMadeAt(world, services, target.domain, inForce).catch(() => null),
    healingOf(world, services, ledger),
  ]);
  return {
    statusCode: 200,
    /** By this function's clock: whoever reads the times below compares them with it. */
    now: iso(world.clock.now()),
    domain: target.domain,
    region: target.region,
    /** What SES has; `null`: no identity. */
    ses: state,
    selector: inForce?.selector ?? null,
    fingerprint: inForce?.key.fingerprint ?? null,
    key: inForce?.key ?? null,
    /** ISO 8601; `null`: nobody knows. */
    keyCreatedAt: madeAt ? iso(madeAt) : null,
    /** By its stack, or by itself; SES may still be verifying (`waiting`). */
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
    /** Whether the audit makes the change again once SES has given up on its record; `null`: its stack does not ask for it. */
    healing,
    /** The bucket of this function's ledgers, and of the keys unless a domain names another one. */
    keyStoreBucket: world.environment.keyStoreBucket,
    busyUntil: isHeld(lease, world.clock.now()) ? iso(lease.expiresAt) : null,
    baseline,
    previous: open?.previous ?? null,
    lastRevert,
    /** Each selector that SES has signed with, and whether a rollback may lead to it: its record has to stay. */
    signers: signersOf(ledger),
    /** Selectors whose record the stack publishes, or may still publish after an attempt that failed. */
    records: ledger.records,
    /** How its stack lets keys follow each other. */
    rotation: currentOwner(ledger)?.rotation ?? null,
    history,
  };
}

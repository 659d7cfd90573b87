import type { DomainRequest } from '../event';
import type { World } from '../world';
import { look } from './inspect';
import { isInStep } from './observe';

/** Ledger and SES of one domain, for `byodkim status` and the audit. Read-only. */
export async function status(world: World, target: DomainRequest) {
  const services = world.services(target.domain, target.region, world.clock);
  const { ledger, state } = await look(world, services, target);
  const { open, owner, baseline, lastRevert, lease, history } = ledger;
  const inForce = open?.wanted ?? owner?.wanted ?? null;
  return {
    statusCode: 200,
    domain: target.domain,
    region: target.region,
    /** What SES has; `null`: no identity. */
    ses: state,
    selector: inForce?.selector ?? null,
    fingerprint: inForce?.key.fingerprint ?? null,
    key: inForce?.key ?? null,
    confirmed: open === null && owner !== null,
    revertsAt: open?.armed ? new Date(open.armed.at).toISOString() : null,
    transaction: open?.transaction ?? owner?.transaction ?? null,
    drifted: inForce !== null && !isInStep(state, inForce),
    busyUntil:
      lease !== null && lease.expiresAt > world.clock.now() ? new Date(lease.expiresAt).toISOString() : null,
    baseline,
    previous: open?.previous ?? null,
    lastRevert,
    history,
  };
}

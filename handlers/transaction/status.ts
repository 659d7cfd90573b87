import { dnsRecordObject } from '../contract';
import type { DomainRequest } from '../event';
import { readInformation } from '../manager/dns-information';
import type { Services, World } from '../world';
import { look } from './inspect';
import type { Wanted } from './ledger';
import { isInStep } from './observe';

/** Ledger and SES of one domain, for `byodkim status` and the audit. Read-only. */
export async function status(world: World, target: DomainRequest) {
  const services = world.services(target.domain, target.region, world.clock);
  const { ledger, state } = await look(world, services, target);
  const { open, owner, baseline, lastRevert, lease, history } = ledger;
  const inForce = open?.wanted ?? owner?.wanted ?? ledger.inForce;
  const keyCreatedAt = inForce && (await whenMade(world, services, target.domain, inForce));
  return {
    statusCode: 200,
    domain: target.domain,
    region: target.region,
    /** What SES has; `null`: no identity. */
    ses: state,
    selector: inForce?.selector ?? null,
    fingerprint: inForce?.key.fingerprint ?? null,
    key: inForce?.key ?? null,
    /** ISO 8601; `null`: nobody knows. */
    keyCreatedAt,
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

/** As its description says; without one, since when its object is there. What cannot be read must not hide the rest. */
async function whenMade(
  { environment }: World,
  { store }: Services,
  domain: string,
  { selector, key: { bucket, key, versionId, fingerprint } }: Wanted,
): Promise<string | null> {
  try {
    // We describe keys in our own bucket only; in another one we may not even look.
    const place = { bucket: environment.keyStoreBucket, key: dnsRecordObject(domain, selector) };
    const stored = await readInformation(store, place);
    if (stored.kind === 'ours' && stored.information.fingerprint === fingerprint)
      return stored.information.createdAt;
    const head = await store.head({ bucket, key, ...(versionId !== undefined && { versionId }) });
    return head?.lastModified?.toISOString() ?? null;
  } catch {
    return null;
  }
}

import { KEPT_MS, untilKept } from '../budgets';
import { gateError } from '../dns/conclusion';
import type { GateOutcome } from '../dns/outcome';
import type { SigningRequest } from '../event';
import { type FoundKey, fetchKey, requireDnsInformation } from '../key/key-source';
import type { World } from '../world';
import { onceArrived } from './arrival';

/** The key in S3 and the proof that its public half is published. */
export interface Proof {
  readonly found: FoundKey;
  readonly outcome: GateOutcome;
}

/**
 * Design's first promise: the record is on every authoritative server, valid, and the public half of the very key
 * that S3 holds. Nothing has been written anywhere when this throws.
 * @throws ByodkimError CERTIFICATE_*, DNS_*, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function proveKey(world: World, request: SigningRequest): Promise<Proof> {
  const { bucket, privateKey, dnsRecords } = request.keyStore;
  const clock = untilKept(world, () => 'gate');
  const { store } = world.services(request.domain, request.region, clock);
  const found = await onceArrived(clock, () => fetchKey(store, world.redactor, { bucket, key: privateKey }));
  await requireDnsInformation(store, { bucket, key: dnsRecords });
  const outcome = await world.prove(
    {
      domain: request.domain,
      selector: request.selector,
      expected: found.key.publicKey,
      ...request.gate,
    },
    { clock: world.clock, remainingMs: () => Math.max(0, world.remainingMs() - KEPT_MS.gate) },
  );
  world.log.info('The gate was asked', {
    ready: outcome.ready,
    code: outcome.code,
    servers: outcome.servers,
  });
  if (!outcome.ready) throw gateError(outcome);
  return { found, outcome };
}

/**
 * The first resource of a stack: the proof in DNS, and nothing else. Read-only.
 * @throws ByodkimError as `proveKey`.
 */
export async function passGate(world: World, request: SigningRequest) {
  const { found, outcome } = await proveKey(world, request);
  return {
    statusCode: 200,
    ready: true,
    domain: request.domain,
    selector: request.selector,
    fingerprint: found.reference.fingerprint,
    zone: outcome.zone,
    servers: outcome.servers.map(({ address, name, role, verdict }) => ({ address, name, role, verdict })),
    warnings: outcome.warnings,
  };
}

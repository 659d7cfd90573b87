import { gateError } from '../dns/conclusion';
import type { GateOutcome } from '../dns/outcome';
import type { SigningRequest } from '../event';
import { type FoundKey, fetchKey, requireDnsInformation } from '../key/key-source';
import type { Services, World } from '../world';

/** The key in S3 and the proof that its public half is published. */
export interface Proof {
  readonly found: FoundKey;
  readonly outcome: GateOutcome;
}

/** Time that a run keeps for what follows the gate: observing, changing, and putting back. */
const KEPT_AFTER_GATE_MS = 120_000;

/**
 * Design's first promise: the record is on every authoritative server, valid, and the public half of the very key
 * that S3 holds. Nothing has been written anywhere when this throws.
 * @throws ByodkimError CERTIFICATE_*, DNS_*, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function proveKey(world: World, services: Services, request: SigningRequest): Promise<Proof> {
  const { bucket, privateKey, dnsRecords } = request.keyStore;
  const found = await fetchKey(services.store, world.redactor, { bucket, key: privateKey });
  await requireDnsInformation(services.store, { bucket, key: dnsRecords });
  const outcome = await world.prove(
    {
      domain: request.domain,
      selector: request.selector,
      expected: found.key.publicKey,
      ...request.gate,
    },
    { clock: world.clock, remainingMs: () => Math.max(0, world.remainingMs() - KEPT_AFTER_GATE_MS) },
  );
  world.log.info('The gate was asked', {
    ready: outcome.ready,
    code: outcome.code,
    servers: outcome.servers,
  });
  if (!outcome.ready) throw gateError(outcome);
  return { found, outcome };
}

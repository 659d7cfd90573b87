import type { SigningRequest } from '../event';
import type { World } from '../world';
import { proveKey } from './prove';

/**
 * The first resource of a stack: the proof in DNS, and nothing else. Read-only.
 * @throws ByodkimError as `proveKey`.
 */
export async function passGate(world: World, request: SigningRequest) {
  const services = world.services(request.domain, request.region, world.clock);
  const { found, outcome } = await proveKey(world, services, request);
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

import { audit } from './audit/audit';
import type { Request, SigningRequest } from './event';
import { createKey } from './manager/create-key';
import { notifyDnsTeam } from './manager/notify';
import { showRecord } from './manager/show-record';
import { change } from './transaction/change';
import { confirm, confirmByHand } from './transaction/confirm';
import { destroy } from './transaction/destroy';
import { inspect } from './transaction/inspect';
import { leave } from './transaction/leave';
import { proveKey } from './transaction/prove';
import { nothingReverted, revertByHand, revertUnconfirmed } from './transaction/revert';
import { status } from './transaction/status';
import type { World } from './world';

/** Carries out what an event asks for. The answer is what Terraform keeps, or a direct caller gets. */
export async function dispatch(world: World, request: Request): Promise<unknown> {
  switch (request.kind) {
    case 'resource':
      return request.lifecycle === 'delete' ? deleteResource(world, request) : createResource(world, request);
    case 'update':
      return change(world, {
        transaction: `direct-${world.uuid()}`,
        source: 'direct',
        request: request.signing,
      });
    case 'revert-unconfirmed':
      return revertUnconfirmed(world, request.target, request.transaction, request.arming);
    case 'confirm':
      return confirmByHand(world, request.target);
    case 'revert':
      return revertByHand(world, request.target);
    case 'status':
      return status(world, request.target);
    case 'record':
      return showRecord(world, request.signing);
    case 'create-key':
      return createKey(world, request.signing);
    case 'notify':
      return notifyDnsTeam(world, request.signing);
    case 'audit':
      return audit(world, request.audit);
  }
}

type ResourceRequest = Extract<Request, { kind: 'resource' }>;

async function createResource(
  world: World,
  { resource, transaction, signing }: ResourceRequest,
): Promise<unknown> {
  const attempt = { transaction, source: 'terraform', request: signing } as const;
  switch (resource) {
    case 'DnsGate':
      return passGate(world, signing);
    case 'Signing':
      return change(world, attempt);
    case 'Confirmation':
      return confirm(world, attempt);
    case 'Inspection':
      return inspect(world, signing);
    case 'DkimKey':
      return createKey(world, signing);
  }
}

/** Only the delete of `Signing` changes anything in SES. */
async function deleteResource(
  world: World,
  { resource, transaction, signing }: ResourceRequest,
): Promise<unknown> {
  if (resource === 'Signing') return destroy(world, signing, transaction);
  if (resource === 'Confirmation') return leave(world, signing, transaction);
  if (resource === 'DkimKey')
    return nothingReverted(signing.domain, 'the private key and its record stay in the key store');
  return nothingReverted(signing.domain, `the delete of ${resource} changes nothing`);
}

async function passGate(world: World, request: SigningRequest): Promise<unknown> {
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

import { untilKept } from '../../budgets';
import type { SigningRequest } from '../../contract/input/event';
import { readLedger } from '../../ledger/ledger-store';
import { requireNoStack } from '../../ledger/ownership';
import { observeExisting, requireTag } from '../../ledger/signing-state';
import type { World } from '../../world';
import { createKey, type KeyAnswer } from './create-key';

/** The answer to `add`. */
export interface Added extends KeyAnswer {
  /** Whether this run made the identity. */
  readonly identity: 'created' | 'exists';
}

/**
 * Adds a domain that belongs to no stack: makes its identity and its key. Callers then need no right to tag identities, with
 * which they could take any identity. A repeated call is harmless.
 * @throws ByodkimError NOT_ALLOWED if the domain belongs to a stack; ACCESS_DENIED if somebody else has made the identity; as
 * `createKey`
 */
export async function addDomain(world: World, request: SigningRequest): Promise<Added> {
  const { domain, region } = request;
  const { environment } = world;
  const { identities, store } = world.services(
    domain,
    region,
    untilKept(world, () => 'gate'),
  );
  requireNoStack(await readLedger(store, environment.keyStoreBucket, request));
  const isNew = await identities.create(domain);
  if (!isNew) requireTag(await observeExisting(identities, request), request, environment.schedulerRoleArn);
  return { ...(await createKey(world, request)), identity: isNew ? 'created' : 'exists' };
}

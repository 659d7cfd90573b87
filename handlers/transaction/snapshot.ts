import type { SigningState } from '../aws/email-identity';
import { privateKeyObject, s3Uri } from '../contract/contract';
import type { SigningRequest } from '../contract/input/event';
import { unprovedRecord } from '../dns/outcome';
import { ByodkimError, CERTIFICATE_CODES, hasCode, nullOn } from '../errors/errors';
import { findReplaced } from '../keys/state/applied-key';
import { type FoundKey, fetchKey, fetchRecordedKey } from '../keys/stored-key';
import type { DomainAccess } from '../ledger/domain-access';
import type { Restoration, Snapshot } from '../ledger/ledger';
import { isOffBySes } from '../ledger/seen';
import { signsWith } from '../ledger/signing-state';
import type { NotRestorable } from '../words/not-restorable';

/** The parts of a request that decide what can be restored. */
type Request = Pick<SigningRequest, 'domain' | 'region' | 'selector' | 'gate' | 'irreversible'> & {
  readonly keyStore: Pick<SigningRequest['keyStore'], 'bucket'>;
};

/** A snapshot, with the key for its restoration ready in memory. */
export interface PriorState {
  readonly snapshot: Snapshot;
  readonly key?: FoundKey;
}

/**
 * Takes a snapshot of the state to roll back to, and proves its restoration before anything is changed.
 * @param proved the key that the gate has just proved, so that its selector is not asked for twice; undefined if it is not
 * made yet
 * @throws ByodkimError PRIOR_STATE_NOT_RESTORABLE, KEY_REPLACED, unless the request allows giving it up; ACCESS_DENIED,
 * DEPENDENCY_FAILED.
 */
export async function takeSnapshot(
  session: DomainAccess,
  request: Request,
  state: SigningState,
  proved: FoundKey | undefined,
): Promise<PriorState> {
  const { selector, origin, status, tokens } = state;
  const { ledger } = session;
  const isOurs = ledger.inForce !== null && signsWith(state, ledger.inForce.selector);
  // A state that SES itself has switched off must not stay off after SES has verified it again.
  const enabled = state.enabled || isOffBySes(ledger, isOurs ? state : null);
  const found = { origin, selector, enabled, status, tokens };
  const observedAt = session.now();
  const { restoration, ...key } = await planRestoration(session, request, state, proved);
  // Nothing signs, and SES will not verify it again, so there is nothing to lose.
  const isSpent = !state.enabled && state.status === 'FAILED' && selector !== request.selector;
  if (restoration.kind === 'disable' && isSpent)
    return { snapshot: { observedAt, ...found, enabled: false, restoration } };
  return unlessRefused(request, { snapshot: { observedAt, ...found, restoration }, ...key });
}

/**
 * Returns the state from the ledger to which an open transaction rolls back, whose key must still exist.
 * @throws ByodkimError PRIOR_STATE_NOT_RESTORABLE, unless the request allows giving it up; ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function recallSnapshot(
  session: DomainAccess,
  request: Request,
  snapshot: Snapshot,
): Promise<PriorState> {
  if (snapshot.restoration.kind !== 'byodkim') return { snapshot };
  const { key: reference } = snapshot.restoration;
  const fetched = fetchRecordedKey(session.services.store, session.world.redactor, reference);
  const key = await nullOn(fetched, ...CERTIFICATE_CODES);
  if (key?.reference.fingerprint === reference.fingerprint) return { snapshot, key };
  const { restoration } = lost({ kind: key ? 'key-overwritten' : 'key-gone', place: s3Uri(reference) });
  return unlessRefused(request, { snapshot: { ...snapshot, restoration } });
}

/** Plan of a restoration, with its key. */
interface Plan {
  readonly restoration: Restoration;
  readonly key?: FoundKey;
}

/** Plans to switch signing off, since the state cannot be restored. */
const lost = (reason: NotRestorable): Plan => ({ restoration: { kind: 'disable', reason } });

async function planRestoration(
  session: DomainAccess,
  request: Request,
  state: SigningState,
  proved: FoundKey | undefined,
): Promise<Plan> {
  if (state.origin === 'AWS_SES') return { restoration: { kind: 'easy-dkim' } };
  // Restoring a replica takes `ses:ReplicateEmailIdentityDkimSigningKey` on the identity of the other region.
  if (state.origin.startsWith('AWS_SES_')) return lost({ kind: 'replica', origin: state.origin });
  if (state.origin !== 'EXTERNAL') return lost({ kind: 'origin', origin: state.origin });
  const selector = state.selector ?? session.ledger.inForce?.selector;
  if (selector === undefined) return lost({ kind: 'no-selector' });
  if (proved && selector === request.selector) return ownSelector(session, request, proved);
  return earlierSelector(session, request, selector);
}

/**
 * Plans for an unchanged selector. Its record is that of the new key, so an earlier key under it could not be verified again.
 * @throws ByodkimError KEY_REPLACED, unless the request allows giving it up.
 */
async function ownSelector(session: DomainAccess, request: Request, proved: FoundKey): Promise<Plan> {
  const { selector, irreversible } = request;
  const known = session.ledger.inForce;
  if (known?.selector !== selector || known.key.fingerprint === proved.reference.fingerprint)
    return { restoration: { kind: 'byodkim', selector, key: proved.reference }, key: proved };
  const replaced = await findReplaced(session.world, session.services.store, request, proved);
  if (replaced && irreversible !== 'allow') throw replaced.error;
  return lost({ kind: 'other-key', selector, fingerprint: known.key.fingerprint });
}

async function earlierSelector(
  { ledger: { inForce }, services: { store }, world, clock, leftMs }: DomainAccess,
  { domain, gate, keyStore }: Request,
  selector: string,
): Promise<Plan> {
  const { redactor } = world;
  try {
    const key = await (inForce?.selector === selector
      ? fetchRecordedKey(store, redactor, inForce.key)
      : fetchSetByHand());
    const asked = { domain, selector, expected: key.key.publicKey, ...gate, waitSeconds: 0 };
    const outcome = await world.prove(asked, { clock, remainingMs: leftMs });
    if (!outcome.ready) return lost({ kind: 'unproved', selector, record: unprovedRecord(outcome) });
    return { restoration: { kind: 'byodkim', selector, key: key.reference }, key };
  } catch (error) {
    if (hasCode(error, 'CERTIFICATE_NOT_FOUND'))
      return lost({ kind: 'no-key', selector, place: s3Uri(error.facts.expected) });
    if (hasCode(error, 'CERTIFICATE_INVALID'))
      return lost({ kind: 'unusable-key', selector, problem: error.message });
    throw error;
  }

  /**
   * Fetches a key that no ledger knows. A region that is about to share another region's key has its own key in its own key
   * store.
   */
  async function fetchSetByHand(): Promise<FoundKey> {
    const key = privateKeyObject(domain, selector);
    const own = world.environment.keyStoreBucket;
    const found = fetchKey(store, redactor, { bucket: keyStore.bucket, key });
    if (keyStore.bucket === own) return found;
    return (await nullOn(found, 'CERTIFICATE_NOT_FOUND')) ?? fetchKey(store, redactor, { bucket: own, key });
  }
}

/**
 * Refuses to give up a state that cannot be restored, unless the request allows this.
 * @throws ByodkimError PRIOR_STATE_NOT_RESTORABLE.
 */
function unlessRefused({ domain, irreversible }: Request, prior: PriorState): PriorState {
  const { restoration, origin, selector, enabled, status } = prior.snapshot;
  if (restoration.kind !== 'disable' || irreversible === 'allow') return prior;
  const found = { origin, selector, enabled, status };
  throw new ByodkimError('PRIOR_STATE_NOT_RESTORABLE', { domain, found, reason: restoration.reason });
}

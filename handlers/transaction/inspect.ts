import { createHash } from 'node:crypto';
import { awsError } from '../aws/aws-error';
import type { SigningState } from '../aws/email-identity';
import type { DomainRequest, SigningRequest } from '../event';
import type { Services, World } from '../world';
import { emptyLedger, type Ledger, type Open, type Owner } from './ledger';
import { ledgerStore } from './ledger-store';
import { isInStep, observe } from './observe';

/** What `Inspection` answers at plan time. Read-only. */
export interface Inspected {
  readonly statusCode: 200;
  readonly domain: string;
  /** Stays the same as long as SES is in step with what was applied; one of the `Attempt`'s triggers. */
  readonly token: string;
  readonly drifted: boolean;
}

const REVERT_GRACE_MS = 30 * 60_000;

/**
 * Answers the token that the current transaction was applied with as long as SES is in step with it, and another
 * one, made of what SES has and of the ledger's generation, when it is not. So a drift makes a new attempt, and the
 * plan after that attempt is empty again.
 */
export async function inspect(world: World, request: SigningRequest): Promise<Inspected> {
  const services = world.services(request.domain, request.region, world.clock);
  const { ledger, state } = await look(world, services, request);
  const { open, owner, lastRevert } = ledger;
  const answer = (token: string, drifted: boolean): Inspected => ({
    statusCode: 200,
    domain: request.domain,
    token,
    drifted,
  });
  if (open !== null && open.owner !== null && willEnd(world, open, state))
    return answer(open.owner.driftToken ?? untouched(null), false);
  if (owner === null) return answer(lastRevert?.driftToken ?? untouched(state), false);
  if (isInStep(state, owner.wanted) && (await isSameKey(services, owner)))
    return answer(owner.driftToken ?? untouched(null), false);
  return answer(
    `drift-${digest([state?.origin, state?.selector, state?.enabled, state?.status === 'FAILED', ledger.generation])}`,
    true,
  );
}

/**
 * An open change comes to an end: it is confirmed, or its revert fires (and is repeated for some time). One that
 * nothing reverts is looked at like any other state, so that what was cut off is seen.
 */
const willEnd = (world: World, open: Open, state: SigningState | null): boolean =>
  open.armed === null
    ? open.phase === 'applied' && isInStep(state, open.wanted)
    : world.clock.now() < open.armed.at + REVERT_GRACE_MS;

/** The ledger and SES, side by side, without taking the lease. */
export async function look(
  world: World,
  services: Services,
  place: DomainRequest,
): Promise<{ ledger: Ledger; state: SigningState | null }> {
  const ledgers = ledgerStore(services.store, world.environment.keyStoreBucket, place.region, place.domain);
  const [stored, state] = await Promise.all([ledgers.read(), observe(services.identities, place)]);
  return { ledger: stored?.ledger ?? emptyLedger(place.domain, place.region), state };
}

/** A key that was overwritten in S3 since it was applied is drift as well: SES still signs with the earlier one. */
async function isSameKey({ store }: Services, { wanted }: Owner): Promise<boolean> {
  const { bucket, key, etag } = wanted.key;
  const head = await store.head({ bucket, key }).catch((error: unknown) => {
    throw awsError(error, { action: 's3:GetObject', resource: `s3://${bucket}/${key}` });
  });
  // A key that is gone has not changed: SES keeps signing, and a plan is not the place to refuse.
  return head === null || head.etag === etag;
}

/** Before the first transaction: what SES has, so that a lost ledger is noticed. */
const untouched = (state: SigningState | null): string =>
  `untouched-${digest([state?.origin, state?.selector, state?.enabled])}`;

const digest = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);

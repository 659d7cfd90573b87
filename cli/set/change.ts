import { isUnanswered, isUnansweredWrite } from '../../handlers/aws/aws-error';
import type { SigningState } from '../../handlers/aws/email-identity';
import { MINUTE_MS } from '../../handlers/clock';
import { privateKeyObject } from '../../handlers/contract/contract';
import type { SigningRequest } from '../../handlers/contract/input/event';
import { asByodkimError, ByodkimError, hasCode } from '../../handlers/errors/errors';
import { type FoundKey, fetchKey } from '../../handlers/keys/stored-key';
import type { DomainAccess } from '../../handlers/ledger/domain-access';
import { isAsWanted, observeExisting } from '../../handlers/ledger/signing-state';
import { verificationMinutes } from '../../handlers/transaction/arming';
import { endingOf, restore } from '../../handlers/transaction/restore';
import { type PriorState, takeSnapshot } from '../../handlers/transaction/snapshot';
import { putAndVerify } from '../../handlers/transaction/verify';
import { failure } from '../errors/cli-error';
import type { SetEnding } from '../words/set';
import { NO_BUCKET } from './access';

/** The change that a person asks for. */
export type Wish = Pick<SigningRequest, 'domain' | 'region' | 'selector' | 'gate' | 'irreversible'>;

/** A change that nothing refuses. */
export interface Plan {
  readonly key: FoundKey;
  /** The state to restore; `null` if SES has no identity, which the change makes. */
  readonly before: (PriorState & { readonly state: SigningState }) | null;
  /** Whether SES has the wanted state already, verified. */
  readonly isInForce: boolean;
}

/**
 * Plans a change as the function does, and changes nothing.
 * @throws CliError DOMAIN_MANAGED; ByodkimError PRIOR_STATE_NOT_RESTORABLE, ACCESS_DENIED, DEPENDENCY_FAILED
 */
export async function plan(access: DomainAccess, wish: Wish): Promise<Plan> {
  const { services, world } = access;
  const { domain, region, selector } = wish;
  const state = await services.identities.get(domain);
  if (state?.managed) throw failure('DOMAIN_MANAGED', { entry: domain, region, by: 'tag' });
  const stored = { bucket: NO_BUCKET, key: privateKeyObject(domain, selector) };
  const key = await fetchKey(services.store, world.redactor, stored);
  if (state === null) return { key, before: null, isInForce: false };
  const prior = await takeSnapshot(access, { ...wish, keyStore: { bucket: NO_BUCKET } }, state, key);
  const isInForce = isAsWanted(state, { selector, key: key.reference });
  return { key, before: { ...prior, state }, isInForce };
}

/** The end of a change that failed: its first failure, and the state that SES is left in. */
export class ChangeFailed extends Error {
  constructor(
    readonly first: ByodkimError,
    readonly ending: SetEnding,
  ) {
    super(first.message);
  }
}

/**
 * Sets the key, and waits until SES has verified it. After any failure, restores the prior state.
 * @param access ends its waits when a person interrupts
 * @param undoing does not
 * @throws ChangeFailed; CliError DOMAIN_MANAGED
 */
export async function carryOut(
  access: DomainAccess,
  undoing: DomainAccess,
  wish: Wish,
  { before, key, isInForce }: Plan,
): Promise<void> {
  if (isInForce) return;
  // An identity that is there now was made by others, and is not deleted if the change fails.
  if (before === null && !(await makeIdentity(access, undoing, wish)))
    return carryOut(access, undoing, wish, await plan(access, wish));
  const { domain, selector } = wish;
  try {
    const state = before?.state ?? (await observeExisting(access.services.identities, wish));
    const waitMs = MINUTE_MS * minutesFor(access, before);
    const known = { state, isUnsettled: false, waitMs };
    const { status } = await putAndVerify(access, wish, key.key, known);
    if (status !== 'SUCCESS')
      throw new ByodkimError('VERIFICATION_FAILED', { domain, selector, found: { ...state, status } });
  } catch (error) {
    const first = asByodkimError(error, 'SES_UPDATE_FAILED');
    throw new ChangeFailed(first, await undo(undoing, before, selector, isUnansweredWrite(first)));
  }
}

/** Makes the identity. @returns whether others have not made it meanwhile @throws ChangeFailed */
async function makeIdentity(
  access: DomainAccess,
  undoing: DomainAccess,
  { domain, selector }: Wish,
): Promise<boolean> {
  try {
    return await access.services.identities.create(domain, []);
  } catch (error) {
    const first = asByodkimError(error, 'SES_UPDATE_FAILED');
    // Only a call that was not answered may have made it.
    const ending: SetEnding = isUnanswered(first)
      ? await undo(undoing, null, selector, true)
      : { kind: 'untouched' };
    throw new ChangeFailed(first, ending);
  }
}

/** Returns the time that SES has to verify. */
export const minutesFor = ({ ledger }: Pick<DomainAccess, 'ledger'>, before: Plan['before']): number =>
  verificationMinutes({ verification: {} }, ledger, before?.snapshot ?? null);

/** Time within which a call that was not answered arrives, and after which a rollback that failed is tried again. */
const ARRIVES_MS = 20_000;
const TRIES = 3;

/** Restores the prior state, and once more after a call that may still arrive. Tries again if SES fails. */
async function undo(
  access: DomainAccess,
  before: Plan['before'],
  put: string,
  mayArrive: boolean,
): Promise<SetEnding> {
  let isAgain = mayArrive;
  for (let tries = 1; ; tries += 1) {
    try {
      const ending = before
        ? endingOf(await restore(access, before, { put }))
        : await withoutIdentity(access);
      if (!isAgain) return ending;
      isAgain = false;
    } catch (error) {
      const second = asByodkimError(error, 'SES_UPDATE_FAILED');
      if (tries >= TRIES || hasCode(second, 'ACCESS_DENIED'))
        return { kind: 'not-restored', problem: second.message };
    }
    await access.clock.sleep(ARRIVES_MS);
  }
}

/** Deletes the identity that the change has made, if it has. */
async function withoutIdentity({ services, place }: DomainAccess): Promise<SetEnding> {
  if ((await services.identities.get(place.domain)) === null) return { kind: 'untouched' };
  await services.identities.remove(place.domain);
  return { kind: 'identity-deleted' };
}

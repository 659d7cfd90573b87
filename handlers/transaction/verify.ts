import { awsError } from '../aws/aws-error';
import type { SigningState } from '../aws/email-identity';
import { ByodkimError } from '../errors';
import type { SigningRequest } from '../event';
import type { SigningKey } from '../key/public-key';
import type { World } from '../world';
import { identityResource, observeExisting, signsWith } from './observe';
import type { Session } from './session';

/** Time that a run keeps for putting things back. */
const KEPT_FOR_ROLLBACK_MS = 90_000;
const FIRST_POLL_MS = 1_000;
const LONGEST_POLL_MS = 10_000;

export interface Verified {
  /** SUCCESS, or PENDING where verification may come later. */
  readonly status: 'SUCCESS' | 'PENDING';
  /** From the Put until SUCCESS was seen. */
  readonly unverifiedSeconds?: number;
}

/**
 * Put, enable, verify.
 * @param inPlace SES has it already (a change that was not confirmed yet): no Put.
 * @throws ByodkimError SES_UPDATE_FAILED, ACCESS_DENIED, IDENTITY_NOT_FOUND, VERIFICATION_TIMEOUT.
 */
export async function putAndVerify(
  world: World,
  session: Session,
  request: SigningRequest,
  key: SigningKey,
  before: SigningState,
  inPlace: boolean,
): Promise<Verified> {
  if (inPlace) return { status: 'SUCCESS' };
  const { identities } = session.services;
  const { domain, selector } = request;
  const resource = identityResource(request);
  const startedAt = world.clock.now();
  await identities.putExternal(domain, selector, key).catch((error: unknown) => {
    throw awsError(
      error,
      { action: 'ses:PutEmailIdentityDkimSigningAttributes', resource },
      'SES_UPDATE_FAILED',
    );
  });
  if (!before.enabled) await enable(session, request);

  const deadline =
    startedAt +
    Math.min(
      request.verification.waitSeconds * 1000,
      Math.max(0, world.remainingMs() - KEPT_FOR_ROLLBACK_MS),
    );
  for (let poll = FIRST_POLL_MS; ; poll = Math.min(poll * 1.6, LONGEST_POLL_MS)) {
    const state = await observeExisting(identities, request).catch((error: unknown) => {
      throw error instanceof ByodkimError && error.code === 'DEPENDENCY_FAILED'
        ? new ByodkimError('SES_UPDATE_FAILED', error.message, error.details, error)
        : error;
    });
    if (signsWith(state, selector) && !state.enabled) await enable(session, request);
    else if (signsWith(state, selector) && state.status === 'SUCCESS')
      return { status: 'SUCCESS', unverifiedSeconds: Math.round((world.clock.now() - startedAt) / 100) / 10 };
    const left = deadline - world.clock.now();
    if (left <= 0) return unverified(request, state);
    await session.clock.sleep(Math.min(poll, left));
  }
}

async function enable(session: Session, request: SigningRequest): Promise<void> {
  await session.services.identities.setSigningEnabled(request.domain, true).catch((error: unknown) => {
    throw awsError(
      error,
      { action: 'ses:PutEmailIdentityDkimAttributes', resource: identityResource(request) },
      'SES_UPDATE_FAILED',
    );
  });
}

function unverified(request: SigningRequest, state: SigningState): Verified {
  const { domain, selector, verification } = request;
  if (!signsWith(state, selector))
    throw new ByodkimError(
      'SES_UPDATE_FAILED',
      `SES does not show what was set: expected EXTERNAL with selector ${selector}, found ${state.origin}` +
        `${state.selector ? ` with selector ${state.selector}` : ''}. Somebody may have changed it at the same time.`,
      { domain, expected: { origin: 'EXTERNAL', selector }, found: state },
    );
  // FAILED is final: waiting longer would send mail out unsigned for good.
  if (verification.required || state.status === 'FAILED')
    throw new ByodkimError(
      'VERIFICATION_TIMEOUT',
      `SES has not verified selector ${selector} of ${domain} within ${verification.waitSeconds} s: status ` +
        `${state.status}${state.verificationError ? ` (${state.verificationError})` : ''}, expected SUCCESS. ` +
        'The record was proved, so SES most likely needs longer: raise verification.waitSeconds, or do not require it.',
      { domain, selector, status: state.status, verificationError: state.verificationError },
    );
  return { status: 'PENDING' };
}

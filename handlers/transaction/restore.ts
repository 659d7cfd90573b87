import { isAwsError } from '../aws/aws-error';
import type { EmailIdentities, SigningState } from '../aws/email-identity';
import { s3Uri } from '../contract';
import { ByodkimError } from '../errors';
import { type FoundKey, fetchKey } from '../key/key-source';
import type { Snapshot } from './ledger';
import type { Session } from './session';
import { surelySignsWith } from './signing-state';

/** How a restoration ended. */
export interface Restored {
  /** Whether SES was written to. */
  readonly changed: boolean;
  /** What SES has now, in words; for results, errors and the ledger. */
  readonly note: string;
  readonly status?: string;
  /** Easy DKIM came back with other tokens than before: the CNAME records must be published anew. */
  readonly tokensChanged?: readonly string[];
}

export interface RestoreOptions {
  /** The key of the prior state, when it is at hand. */
  readonly key?: FoundKey;
  /** What SES has, when we know: one call less. */
  readonly known?: SigningState;
  /** Write everything without looking first: one call less where all of it must be written anyway. */
  readonly unseen?: boolean;
  /** Called before two writes of which only the first may come to be. */
  readonly beforeTwoWrites?: () => Promise<void>;
}

/** Differs from every state to go back to, so that all of it is written. */
const unseenState = (snapshot: Snapshot): SigningState => ({
  origin: 'not looked at',
  enabled: !snapshot.enabled,
  status: 'not looked at',
  tokens: [],
});

const GONE: Restored = { changed: false, note: 'the identity does not exist any more' };

/**
 * Puts a signing state back. Observes first, so that a change that never happened is not undone; writes only what
 * differs. A missing identity has nothing to put back.
 * @throws ByodkimError SES_UPDATE_FAILED, ACCESS_DENIED, DEPENDENCY_FAILED, CERTIFICATE_*, CONCURRENT_UPDATE.
 */
export async function restore(
  session: Session,
  snapshot: Snapshot,
  options: RestoreOptions = {},
): Promise<Restored> {
  await session.ensureLease();
  const { identities } = session.services;
  const now = options.unseen
    ? unseenState(snapshot)
    : (options.known ?? (await identities.get(session.place.domain)));
  if (now === null) return GONE;
  try {
    return await writeBack(session, snapshot, now, options);
  } catch (error) {
    if (isAwsError(error, 'NotFoundException')) return GONE;
    // The flag of an identity that does not exist is answered with 400, "is not verified for DKIM signing".
    if (isAwsError(error, 'BadRequestException') && (await identities.get(session.place.domain)) === null)
      return GONE;
    throw error;
  }
}

async function writeBack(
  session: Session,
  snapshot: Snapshot,
  now: SigningState,
  options: RestoreOptions,
): Promise<Restored> {
  const { identities } = session.services;
  const { domain } = session.place;
  const { restoration } = snapshot;
  switch (restoration.kind) {
    case 'disable': {
      if (isUntouched(now, snapshot))
        return { changed: false, status: now.status, note: 'nothing was changed' };
      const changed = await setEnabled(identities, domain, now, false);
      return {
        changed,
        note: `signing is switched off: what was before could not be put back (${restoration.reason})`,
      };
    }
    case 'easy-dkim': {
      const { origin = 'AWS_SES' } = restoration;
      if (now.origin !== origin && now.enabled !== snapshot.enabled) await options.beforeTwoWrites?.();
      const answer = now.origin === origin ? null : await identities.putEasyDkim(domain, origin);
      const flagged = await setEnabled(identities, domain, now, snapshot.enabled);
      const tokens = answer?.tokens ?? now.tokens;
      const differ = snapshot.tokens.length > 0 && tokens.length > 0 && !sameTokens(tokens, snapshot.tokens);
      return {
        changed: answer !== null || flagged,
        status: answer?.status ?? now.status,
        note:
          `${restoration.origin ? `Easy DKIM of ${restoration.origin}` : 'Easy DKIM'} as before (signing ${snapshot.enabled ? 'on' : 'off'})` +
          (differ
            ? `, but with other tokens than before: publish CNAME records for ${tokens.join(', ')}`
            : ''),
        ...(differ && { tokensChanged: tokens }),
      };
    }
    case 'byodkim': {
      const stands = surelySignsWith(now, restoration.selector);
      const key = stands
        ? null
        : (options.key ?? (await fetchKey(session.services.store, session.world.redactor, restoration.key)));
      if (key !== null && key.reference.fingerprint !== restoration.key.fingerprint)
        throw new ByodkimError(
          'CERTIFICATE_INVALID',
          {
            what:
              `${s3Uri(restoration.key)} holds another key than before ` +
              `(expected ${restoration.key.fingerprint}, found ${key.reference.fingerprint}).`,
            advice: 'Put the earlier version back.',
          },
          {
            place: s3Uri(restoration.key),
            reason: 'it is another key than before',
            expected: restoration.key.fingerprint,
            found: key.reference.fingerprint,
          },
        );
      if (key !== null && now.enabled !== snapshot.enabled) await options.beforeTwoWrites?.();
      const answer = key && (await identities.putExternal(domain, restoration.selector, key.key));
      const flagged = await setEnabled(identities, domain, now, snapshot.enabled);
      return {
        changed: answer !== null || flagged,
        status: answer?.status ?? now.status,
        note: `BYODKIM selector ${restoration.selector} as before (signing ${snapshot.enabled ? 'on' : 'off'})`,
      };
    }
  }
}

/**
 * What cannot be put back must not be given up for a change that never happened. Where a key was replaced under the
 * same selector, only the status tells: verified, by whichever of the two, is not in between.
 */
const isUntouched = (now: SigningState, before: Snapshot): boolean =>
  now.origin === before.origin &&
  now.selector === before.selector &&
  now.enabled === before.enabled &&
  (now.origin !== 'EXTERNAL' || now.status === before.status || now.status === 'SUCCESS');

async function setEnabled(
  identities: EmailIdentities,
  domain: string,
  now: SigningState,
  enabled: boolean,
): Promise<boolean> {
  if (now.enabled === enabled) return false;
  await identities.setSigningEnabled(domain, enabled);
  return true;
}

const sameTokens = (some: readonly string[], others: readonly string[]): boolean =>
  [...some].sort().join() === [...others].sort().join();

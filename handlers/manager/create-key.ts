import { onceArrived } from '../aws/retry';
import { untilKept } from '../budgets';
import { s3Uri } from '../contract';
import { ByodkimError } from '../errors';
import type { SigningRequest } from '../event';
import { announceOnce } from '../notices/dns-team';
import type { NoticeOutcome } from '../notices/publish';
import type { World } from '../world';
import {
  ensureInformation,
  informationPlace,
  readInformation,
  type StoredInformation,
} from './dns-information';
import type { RecordedAnswer } from './dns-record';
import { findKey, makeKey, privateKeyPlace } from './private-key';
import { renewKey } from './renew-key';

/** What `DkimKey` and `create_key` answer. Never holds key material. */
export interface KeyAnswer extends RecordedAnswer {
  /** Whether this run has made the key. */
  readonly created: boolean;
  /** Where the private key lies, e.g. `s3://bucket/key`. */
  readonly storedAt: string;
  /** Whether the DNS team was told by this run, or why not. */
  readonly notice: NoticeOutcome;
}

/**
 * Makes the private key of a selector unless it is there or `createKey` is false, lays the record to publish beside it, and tells the DNS team
 * of a record that it has not been told of. Nothing that is there is ever written over, so asking again is harmless.
 * @throws ByodkimError CERTIFICATE_NOT_FOUND (the record of a key that is gone; no key where none is to be made), CERTIFICATE_INVALID, ACCESS_DENIED,
 *   DEPENDENCY_FAILED.
 */
export async function createKey(world: World, request: SigningRequest): Promise<KeyAnswer> {
  const { domain, selector, region, rotation } = request;
  const services = world.services(domain, region, world.clock);
  const keyPlace = privateKeyPlace(request);
  const place = informationPlace(request);
  // The record before the key: it is written after it, so whoever finds a record finds its key as well.
  const stored = await onceArrived(
    untilKept(world, () => 'gate'),
    () => readInformation(services.store, place),
  );
  const there = await findKey(world, services, keyPlace);
  if (there === null) {
    refuseLostKey(stored, request);
    if (request.createKey === false) refuseMissingKey(request);
  }
  const renewed =
    there !== null && request.renew ? await renewKey(world, services, request, there, stored) : null;
  const kept = there && { found: there, created: false };
  const key = renewed ?? kept ?? (await makeKey(world, services, keyPlace));
  const { created } = key;
  const described = await ensureInformation(world, services, request, key, stored);
  const { record, written } = described;
  const delegation = rotation?.delegation;
  const { notice, warnings } = request.notifyDnsTeam
    ? await announceOnce(world, services, { place, record, stored: described.stored, delegation })
    : { notice: { sent: false, reason: 'not asked for (notifyDnsTeam: false)' }, warnings: [] };
  return {
    statusCode: 200,
    message: message(request, created, written),
    domain,
    selector,
    created,
    record,
    storedAt: s3Uri(keyPlace),
    notice,
    warnings: [...described.warnings, ...warnings],
  };
}

function message({ domain, selector }: SigningRequest, created: boolean, written: boolean): string {
  if (created)
    return `A private key for selector ${selector} of ${domain} was made and stored. Publish the record, then apply.`;
  const ending = written ? 'its DNS information was missing and has been written' : 'nothing was written';
  return `A private key for selector ${selector} of ${domain} exists already; ${ending}.`;
}

/** A new key under the old record's name would never match what is published. */
function refuseLostKey(stored: StoredInformation, request: SigningRequest): void {
  if (stored.kind !== 'ours' || stored.information.deletedAt !== undefined) return;
  const { fingerprint, createdAt } = stored.information;
  const place = privateKeyPlace(request);
  throw new ByodkimError('CERTIFICATE_NOT_FOUND', {
    what:
      `There is no private key at ${s3Uri(place)}, but the DNS team was given the record of one ` +
      `(${fingerprint}, made ${createdAt}). Expected the key beside its record; no new key was made, since the ` +
      'published record would not match it.',
    advice:
      'Bring the object back from an earlier version, or take a new selector, or delete ' +
      `${s3Uri(informationPlace(request))} to begin anew.`,
    details: { expected: { ...place, fingerprint }, found: null },
  });
}

/** Others bring the key: one of ours in its place would be published, and be wrong. */
function refuseMissingKey(request: SigningRequest): never {
  const expected = privateKeyPlace(request);
  throw new ByodkimError('CERTIFICATE_NOT_FOUND', {
    what: `There is no private key at ${s3Uri(expected)}, whose record is to be published.`,
    advice: 'Put it there and apply again, or have the function make one (createKey: true).',
    details: { expected, found: null },
  });
}

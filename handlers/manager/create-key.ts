import { onceArrived } from '../aws/retry';
import { untilKept } from '../budgets';
import { s3Uri } from '../contract';
import { ByodkimError } from '../errors';
import type { SigningRequest } from '../event';
import { announceOnce } from '../notices/dns-team';
import type { NoticeOutcome } from '../notices/publish';
import type { World } from '../world';
import {
  type DnsInformation,
  informationPlace,
  readInformation,
  type StoredInformation,
} from './dns-information';
import type { DnsRecord } from './dns-record';
import { ensureInformation } from './ensure-information';
import { type EnsuredKey, findKey, makeKey, privateKeyPlace } from './private-key';
import { renewKey } from './renew-key';

/** What `DkimKey` and `create_key` answer. Never holds key material. */
export interface KeyAnswer {
  readonly statusCode: 200;
  readonly message: string;
  readonly domain: string;
  readonly selector: string;
  /** Whether this run has made the key. */
  readonly created: boolean;
  readonly record: DnsRecord;
  /** Where the private key lies, e.g. `s3://bucket/key`. */
  readonly storedAt: string;
  /** Whether the DNS team was told by this run, or why not. */
  readonly notice: NoticeOutcome;
  readonly warnings: readonly string[];
}

/**
 * Makes the private key of a selector unless it is there or `createKey` is false, lays the record to publish beside it, and tells the DNS team
 * of a record that it has not been told of. Nothing that is there is ever written over, so asking again is harmless.
 * @throws ByodkimError CERTIFICATE_NOT_FOUND (the record of a key that is gone; no key where none is to be made), CERTIFICATE_INVALID, ACCESS_DENIED,
 *   DEPENDENCY_FAILED.
 */
export async function createKey(world: World, request: SigningRequest): Promise<KeyAnswer> {
  const services = world.services(request.domain, request.region, world.clock);
  const keyPlace = privateKeyPlace(request);
  const infoPlace = informationPlace(request);
  // The record before the key: it is written after it, so whoever finds a record finds its key as well.
  const stored = await onceArrived(
    untilKept(world, () => 'gate'),
    () => readInformation(services.store, infoPlace),
  );
  const there = await findKey(world, services, keyPlace);
  if (there === null) {
    refuseLostKey(stored, request);
    if (request.createKey === false) refuseMissingKey(request);
  }
  const renewed =
    there !== null && request.renew ? await renewKey(world, services, request, there, stored) : null;
  const ensured: EnsuredKey =
    renewed?.key ??
    (there === null ? await makeKey(world, services, keyPlace) : { found: there, created: false });
  const lying = renewed?.stored ?? stored;
  const ensuredInformation = await ensureInformation(world, services, request, ensured, lying);
  const { record, warnings } = ensuredInformation;
  const announced =
    request.notifyDnsTeam === false
      ? { notice: { sent: false, reason: 'not asked for (notifyDnsTeam: false)' }, warnings: [] }
      : await announceOnce(
          world,
          services,
          infoPlace,
          record,
          ensuredInformation.stored,
          request.rotation?.delegation,
        );
  return {
    statusCode: 200,
    message: message(request, ensured.created, ensuredInformation.written),
    domain: request.domain,
    selector: request.selector,
    created: ensured.created,
    record,
    storedAt: s3Uri(keyPlace),
    notice: announced.notice,
    warnings: [...warnings, ...announced.warnings],
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
  const { bucket, privateKey } = request.keyStore;
  const { fingerprint, createdAt }: DnsInformation = stored.information;
  const record = informationPlace(request);
  throw new ByodkimError(
    'CERTIFICATE_NOT_FOUND',
    {
      what:
        `There is no private key at ${s3Uri({ bucket, key: privateKey })}, but the DNS team was given the record of one ` +
        `(${fingerprint}, made ${createdAt}). Expected the key beside its record; no new key was made, since the ` +
        'published record would not match it.',
      advice:
        'Bring the object back from an earlier version, or take a new selector, or delete ' +
        `${s3Uri(record)} to begin anew.`,
    },
    { expected: { bucket, key: privateKey, fingerprint }, found: null },
  );
}

/** Others bring the key: one of ours in its place would be published, and be wrong. */
function refuseMissingKey({ keyStore: { bucket, privateKey } }: SigningRequest): never {
  throw new ByodkimError(
    'CERTIFICATE_NOT_FOUND',
    {
      what: `There is no private key at ${s3Uri({ bucket, key: privateKey })}, whose record is to be published.`,
      advice: 'Put it there and apply again, or have the function make one (createKey: true).',
    },
    { expected: { bucket, key: privateKey }, found: null },
  );
}

import { onceArrived } from '../../aws/retry';
import { untilKept } from '../../budgets';
import { dnsRecordObject, MINIMUM_OVERLAP_DAYS, privateKeyObject, s3Uri } from '../../contract/contract';
import type { SigningRequest } from '../../contract/input/event';
import { ByodkimError } from '../../errors/errors';
import { currentOwner } from '../../ledger/ledger';
import { readLedger } from '../../ledger/ledger-store';
import type { NoticeOutcome } from '../../notices/publish';
import { findNeed } from '../../sharing/other-regions';
import type { KeyWarning } from '../../words/key-answers';
import type { DnsRecord } from '../../words/record';
import type { World } from '../../world';
import { asMissing } from '../state/applied-key';
import { readInformation, type StoredInformation } from '../state/dns-information';
import { foreignKeyError } from '../state/made-keys';
import type { FoundKey } from '../stored-key';
import { type Announcement, announce, notNotified } from './dns-team';
import {
  findKey,
  goneKey,
  type KeyWork,
  keyWork,
  type MadeKey,
  makeKey,
  newKey,
  writtenMeanwhile,
} from './find-or-make';
import { type EnsuredInformation, ensureInformation, requireSameKey } from './store-information';

/** The answer to `DkimKey` and `create_key`. Never holds key material. */
export interface KeyAnswer {
  readonly statusCode: 200;
  readonly domain: string;
  readonly selector: string;
  /** Whether this run made the key. */
  readonly created: boolean;
  /** Whether this run wrote the DNS information. */
  readonly described: boolean;
  readonly record: DnsRecord;
  /** Place of the private key, e.g. `s3://bucket/key`. */
  readonly storedAt: string;
  /** Whether this run notified the DNS team, or why not. */
  readonly notice: NoticeOutcome;
  readonly warnings: readonly KeyWarning[];
}

/**
 * Makes the private key of a selector unless it exists or `createKey` is false, stores its record to publish, and notifies the
 * DNS team once. Overwrites nothing, so a repeated call is harmless.
 * @throws ByodkimError SELECTOR_IN_USE, CERTIFICATE_INVALID, KEY_REPLACED, KEY_SHARED; CERTIFICATE_NOT_FOUND if no key may be
 * made; KEY_NOT_MADE_HERE if the function makes the domain's keys and somebody else has stored one; ACCESS_DENIED,
 * DEPENDENCY_FAILED
 */
export async function createKey(world: World, request: SigningRequest): Promise<KeyAnswer> {
  const { domain, selector } = request;
  const work = keyWork(world, request);
  requireUsualPlaces(work);
  // The record is written after the key and read before it, so a run that finds a record also finds its key.
  const stored = await onceArrived(
    untilKept(world, () => 'gate'),
    () => readInformation(work.services.store, work.recordPlace),
  );
  const there = await findKey(work);
  if (there === null) await refuseMaking(work, stored);
  const renewed = there !== null && request.renew ? await renewKey(work, there, stored) : null;
  const key = renewed ?? (there ? { found: there, created: false } : await makeKey(work));
  const { found, created } = key;
  const foreign = created ? [] : await refuseForeign(work, found);
  const described = await ensureInformation(work, found, stored, renewed !== null);
  const { notice, warnings } = await notifyOfKey(work, key, described);
  return {
    statusCode: 200,
    domain,
    selector,
    created,
    described: described.written,
    record: described.record,
    storedAt: s3Uri(work.keyPlace),
    notice,
    warnings: [...foreign, ...(key.warnings ?? []), ...described.warnings, ...warnings],
  };
}

/**
 * Refuses places other than the domain's own, since an event names them, and could otherwise name those of another domain. A
 * key that another team supplies may be anywhere.
 * @throws ByodkimError VALIDATION_ERROR
 */
function requireUsualPlaces({ request, keyPlace, recordPlace }: KeyWork): void {
  if (request.createKey === false) return;
  const { domain, selector } = request;
  const places = [
    { field: 'keyStore.privateKey', expected: privateKeyObject(domain, selector), found: keyPlace.key },
    { field: 'keyStore.dnsRecords', expected: dnsRecordObject(domain, selector), found: recordPlace.key },
  ];
  const mistakes = places.filter(({ expected, found }) => found !== expected);
  if (mistakes.length === 0) return;
  const fields = mistakes.map(({ field }) => field);
  throw new ByodkimError('VALIDATION_ERROR', { kind: 'event', fields, mistakes });
}

/** Notifies the DNS team of the record of a key, if that is requested and needed. */
async function notifyOfKey(
  work: KeyWork,
  { found, created }: MadeKey,
  described: EnsuredInformation,
): Promise<Announcement> {
  if (!work.request.notifyDnsTeam) return notNotified({ kind: 'not-asked-for' });
  return announce(work, { ...described, key: found.key.publicKey, isNew: created });
}

/**
 * Finds the private key as `createKey` does, but writes nothing.
 * @returns `null` if one would be made
 * @throws ByodkimError CERTIFICATE_NOT_FOUND, CERTIFICATE_INVALID, KEY_REPLACED
 */
export async function requireKeyOrMayMake(work: KeyWork): Promise<FoundKey | null> {
  requireUsualPlaces(work);
  const stored = await readInformation(work.services.store, work.recordPlace);
  const found = await findKey(work);
  if (found === null) await refuseMaking(work, stored);
  else if (!work.request.renew) requireSameKey(work, stored, found);
  if (found !== null) await refuseForeign(work, found);
  return found;
}

/**
 * Refuses a key that the function has not made, if it makes the domain's keys.
 * @returns a warning, if the request does not determine who makes the keys
 * @throws ByodkimError KEY_NOT_MADE_HERE
 */
async function refuseForeign(work: KeyWork, found: FoundKey): Promise<KeyWarning[]> {
  const { world, services, request } = work;
  if (request.createKey === false) return [];
  const refusal = await foreignKeyError(world.environment, services.store, request, found);
  if (refusal === null) return [];
  if (request.createKey === true) throw refusal;
  return [{ kind: 'key-of-others', place: s3Uri(found.reference) }];
}

/**
 * Refuses to make a key if its record was stored already, or if another team supplies the key.
 * @throws ByodkimError CERTIFICATE_NOT_FOUND, KEY_MISSING
 */
async function refuseMaking(
  { world, services, request, keyPlace, recordPlace }: KeyWork,
  { value: information }: StoredInformation,
): Promise<void> {
  // A new key under the old record's name would never match what is published.
  const found = new ByodkimError('CERTIFICATE_NOT_FOUND', { kind: 'key', expected: keyPlace });
  const missing = await asMissing(world, services.store, request, found);
  if (missing !== found) throw missing;
  if (information) throw goneKey({ keyPlace, recordPlace }, information);
  // If another team supplies the key, the record of a generated one would be published, and would be wrong.
  if (request.createKey === false)
    throw new ByodkimError('CERTIFICATE_NOT_FOUND', { kind: 'not-supplied', expected: keyPlace });
}

/**
 * Replaces the key of one of two selectors that alternate, which has signed before. A key stays if it has not signed yet, if
 * it is needed, or if the stack still publishes its record, since the engine would keep that record. The bucket keeps the
 * earlier version.
 * @returns `null` if the existing key stays
 * @throws ByodkimError SELECTOR_IN_USE; KEY_SHARED if another region cannot be asked; DEPENDENCY_FAILED if another run has
 *   written the key in between
 */
async function renewKey(work: KeyWork, there: FoundKey, stored: StoredInformation): Promise<MadeKey | null> {
  if (!(await hasServed(work, stored))) return null;
  // The record is written after the key: if this run ends in between, the next one finds the older record and starts again,
  // while DNS may still have that one.
  const made = await newKey(work, [there.reference.fingerprint, stored.value?.fingerprint]);
  const found = await made.put({ ifMatch: there.reference.etag });
  if (!found) throw writtenMeanwhile(work.keyPlace, { kind: 'once' });
  return { found, created: true, warnings: made.warnings };
}

/** Checks whether the key of a selector has signed, nothing needs it, and its stack does not publish its record. */
async function hasServed(
  { world, services, request, keyPlace }: KeyWork,
  { value: information }: StoredInformation,
): Promise<boolean> {
  const { domain, region, selector, rotation } = request;
  // The ledger has no information about a key in another place.
  if (keyPlace.key !== privateKeyObject(domain, selector)) return false;
  const own = await readLedger(services.store, world.environment.keyStoreBucket, request);
  const signed = own?.signers.find((each) => each.selector === selector);
  if (!own || !signed || own.records.includes(selector)) return false;
  const now = world.clock.now();
  const madeAt = information
    ? Date.parse(information.createdAt)
    : ((await services.store.head(keyPlace))?.lastModified?.getTime() ?? 0);
  if (madeAt > (signed.stoppedAt ?? now)) return false;
  const overlapDays =
    rotation?.overlapDays ?? currentOwner(own)?.rotation?.overlapDays ?? MINIMUM_OVERLAP_DAYS;
  const shown = await services.identities.get(domain);
  const rules = { rotation, overlapDays, now, shown };
  const { isNeeded, unread } = await findNeed(services.store, own, selector, rules);
  if (isNeeded) return false;
  if (unread.length > 0)
    throw new ByodkimError('KEY_SHARED', { kind: 'renewal', domain, region, selector, unread });
  return true;
}

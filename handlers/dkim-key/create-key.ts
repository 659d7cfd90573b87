import { onceArrived } from '../aws/retry';
import { untilKept } from '../budgets';
import { MINIMUM_OVERLAP_DAYS, privateKeyObject, s3Uri } from '../contract';
import { ByodkimError } from '../errors';
import type { SigningRequest } from '../event';
import type { FoundKey } from '../key/key-source';
import { currentOwner } from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import { dayFrom, isNeeded, keyUse } from '../rotation/stages';
import type { World } from '../world';
import { ensureInformation, readInformation, type StoredInformation } from './dns-information';
import { announceOnce, untold } from './dns-team';
import {
  type EnsuredKey,
  findKey,
  type KeyWork,
  keyWork,
  makeKey,
  newKey,
  writtenMeanwhile,
} from './private-key';

/** What `DkimKey` and `create_key` answer. Never holds key material. */
export type KeyAnswer = Awaited<ReturnType<typeof createKey>>;

/**
 * Makes the private key of a selector unless it is there or `createKey` is false, lays the record to publish beside it, and tells the DNS team
 * of a record that it has not been told of. Nothing that is there is ever written over, so asking again is harmless.
 * @throws ByodkimError CERTIFICATE_NOT_FOUND (the record of a key that is gone; no key where none is to be made), CERTIFICATE_INVALID, ACCESS_DENIED,
 *   DEPENDENCY_FAILED.
 */
export async function createKey(world: World, request: SigningRequest) {
  const { domain, selector } = request;
  const work = keyWork(world, request);
  // The record before the key: it is written after it, so whoever finds a record finds its key as well.
  const stored = await onceArrived(
    untilKept(world, () => 'gate'),
    () => readInformation(work.services.store, work.recordPlace),
  );
  const found = await findKey(work);
  if (found === null) refuseMaking(work, stored);
  const renewed = found !== null && request.renew ? await renewKey(work, found, stored) : null;
  const kept = found && { found, created: false };
  const key = renewed ?? kept ?? (await makeKey(work));
  const { created } = key;
  const described = await ensureInformation(work, key, stored);
  const { notice, warnings } = request.notifyDnsTeam
    ? await announceOnce(work, described)
    : untold('not asked for (notifyDnsTeam: false)');
  const ending = described.written
    ? 'its DNS information was missing and has been written'
    : 'nothing was written';
  return {
    statusCode: 200,
    message: created
      ? `A private key for selector ${selector} of ${domain} was made and stored. Publish the record, then apply.`
      : `A private key for selector ${selector} of ${domain} exists already; ${ending}.`,
    domain,
    selector,
    /** Whether this run has made the key. */
    created,
    record: described.record,
    /** Where the private key lies, e.g. `s3://bucket/key`. */
    storedAt: s3Uri(work.keyPlace),
    /** Whether the DNS team was told by this run, or why not. */
    notice,
    warnings: [...described.warnings, ...warnings],
  };
}

/** There is no key, and none is to be made. */
function refuseMaking(
  { request: { createKey: mayMake }, keyPlace, recordPlace }: KeyWork,
  { information }: StoredInformation,
): void {
  // A new key under the old record's name would never match what is published.
  if (information && information.deletedAt === undefined) {
    const { fingerprint, createdAt } = information;
    throw new ByodkimError('CERTIFICATE_NOT_FOUND', {
      what:
        `There is no private key at ${s3Uri(keyPlace)}, but the DNS team was given the record of one ` +
        `(${fingerprint}, made ${createdAt}). Expected the key beside its record; no new key was made, since the ` +
        'published record would not match it.',
      advice:
        'Bring the object back from an earlier version, or take a new selector, or delete ' +
        `${s3Uri(recordPlace)} to begin anew.`,
      details: { expected: { ...keyPlace, fingerprint }, found: null },
    });
  }
  // Others bring the key: one of ours in its place would be published, and be wrong.
  if (mayMake === false)
    throw new ByodkimError('CERTIFICATE_NOT_FOUND', {
      what: `There is no private key at ${s3Uri(keyPlace)}, whose record is to be published.`,
      advice: 'Put it there and apply again, or have the function make one (createKey: true).',
      details: { expected: keyPlace, found: null },
    });
}

/**
 * Two selectors take turns: the key of the one whose turn it is again is made anew. Only a key that signed, that no mail
 * needs any more and that nothing goes back to is written over; its earlier version stays in the bucket.
 * @param there what lies there now
 * @returns `null`: the key there has not signed yet, so it is the new one already
 * @throws ByodkimError RECORD_STILL_NEEDED, CERTIFICATE_INVALID, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
async function renewKey(
  work: KeyWork,
  there: FoundKey,
  { information, foreign }: StoredInformation,
): Promise<EnsuredKey | null> {
  const { world, services, request, keyPlace, recordPlace } = work;
  const { domain, selector, rotation } = request;
  // The ledger of this domain and selector says nothing of a key that lies anywhere else.
  if (keyPlace.key !== privateKeyObject(domain, selector)) return null;
  const own = await readLedger(services.store, world.environment.keyStoreBucket, request);
  const signed = own?.signers.find((each) => each.selector === selector);
  if (!own || !signed) return null;
  const now = world.clock.now();
  if (information && Date.parse(information.createdAt) > (signed.stoppedAt ?? now)) return null;
  const overlapDays =
    rotation?.overlapDays ?? currentOwner(own)?.rotation?.overlapDays ?? MINIMUM_OVERLAP_DAYS;
  const use = keyUse(own, selector, overlapDays, now);
  if (use && isNeeded(use))
    throw new ByodkimError('RECORD_STILL_NEEDED', {
      what:
        `The key of ${selector} of ${domain} cannot be made anew: it ${use.stage === 'active' ? 'signs' : 'has signed mail that is under way, or is the way back'}` +
        `${use.recordMayGoAt === null ? '' : ` until ${dayFrom(use.recordMayGoAt)}`}. Nothing was written.`,
      advice: 'Wait, or take another selector.',
      details: { domain, needed: [selector], previousSelectors: [] },
    });
  if (foreign !== undefined)
    throw new ByodkimError('CERTIFICATE_INVALID', {
      what:
        `The DNS information of ${selector} of ${domain} was written by somebody else, and is never written over. ` +
        'Nothing was written.',
      advice: 'Take another selector.',
      details: { place: s3Uri(recordPlace), reason: 'it was written by somebody else' },
    });
  const made = await newKey(work);
  // The record comes after the key: should this run end in between, the next one finds the older record and begins anew.
  const found = await made.put({ ifMatch: there.reference.etag });
  if (!found) throw writtenMeanwhile(keyPlace, 'another write was under way');
  return { found, created: true, renewed: true };
}

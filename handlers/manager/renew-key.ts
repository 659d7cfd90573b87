import { MINIMUM_OVERLAP_DAYS, privateKeyObject, s3Uri } from '../contract';
import { ByodkimError } from '../errors';
import type { SigningRequest } from '../event';
import { currentOwner } from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import { isNeeded, keyUses } from '../rotation/key-uses';
import { ledgersElsewhere } from '../rotation/other-regions';
import { dayFrom } from '../rotation/stages';
import type { Services, World } from '../world';
import { informationPlace, type StoredInformation } from './dns-information';
import { type EnsuredKey, newKey, privateKeyPlace, writtenMeanwhile } from './private-key';

/**
 * Two selectors take turns: the key of the one whose turn it is again is made anew. Only a key that signed, that no mail
 * needs any more and that nothing goes back to is written over; its earlier version stays in the bucket.
 * @param there what lies there now
 * @returns `null`: the key there has not signed yet, so it is the new one already
 * @throws ByodkimError RECORD_STILL_NEEDED, CERTIFICATE_INVALID, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function renewKey(
  world: World,
  services: Services,
  request: SigningRequest,
  there: EnsuredKey['found'],
  stored: StoredInformation,
): Promise<EnsuredKey | null> {
  const { domain, selector, rotation } = request;
  // The ledger of this domain and selector says nothing of a key that lies anywhere else.
  if (request.keyStore.privateKey !== privateKeyObject(domain, selector)) return null;
  const own = await readLedger(services.store, world.environment.keyStoreBucket, request);
  const ledgers = [...(own ? [own] : []), ...(await ledgersElsewhere(world, services, request, own))];
  const signed = ledgers.flatMap(({ signers }) => signers.filter((each) => each.selector === selector));
  if (signed.length === 0) return null;
  const now = world.clock.now();
  const overlapDays =
    rotation?.overlapDays ?? (own && currentOwner(own))?.rotation?.overlapDays ?? MINIMUM_OVERLAP_DAYS;
  const stopped = Math.max(...signed.map(({ stoppedAt }) => stoppedAt ?? now));
  const isSince = stored.kind === 'ours' && Date.parse(stored.information.createdAt) > stopped;
  if (isSince) return null;
  const uses = keyUses(ledgers, selector, overlapDays, now);
  const use = uses.find(({ stage }) => stage === 'active') ?? uses.find(isNeeded);
  if (use)
    throw new ByodkimError('RECORD_STILL_NEEDED', {
      what:
        `The key of ${selector} of ${domain} cannot be made anew: in ${use.region} it ${use.stage === 'active' ? 'signs' : 'has signed mail that is under way, or is the way back'}` +
        `${use.recordMayGoAt === null ? '' : ` until ${dayFrom(use.recordMayGoAt)}`}. Nothing was written.`,
      advice: 'Wait, or take another selector.',
      details: { domain, needed: [selector], previousSelectors: [] },
    });
  if (stored.kind === 'foreign')
    throw new ByodkimError('CERTIFICATE_INVALID', {
      what:
        `The DNS information of ${selector} of ${domain} was written by somebody else, and is never written over. ` +
        'Nothing was written.',
      advice: 'Take another selector.',
      details: { place: s3Uri(informationPlace(request)), reason: 'it was written by somebody else' },
    });
  const place = privateKeyPlace(request);
  const made = await newKey(world, services, place);
  // The record comes after the key: should this run end in between, the next one finds the older record and begins anew.
  const found = await made.put({ ifMatch: there.reference.etag });
  if (!found) throw writtenMeanwhile(place, 'another write was under way');
  return { found, created: true, renewed: true };
}

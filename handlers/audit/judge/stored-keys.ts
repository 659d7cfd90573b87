import { findKeysOfOthers, type MadeKeysWork, readMadeKeys, takeOverKeys } from '../../selector/made-keys';
import { type Finding, finding } from '../findings/finding';
import type { Audited } from '../run/audited';

/**
 * Checks whether the function made the keys with which SES has not signed, if it makes the domain's keys. An audit that may
 * write takes over the keys of an earlier version of the function, once.
 */
export async function checkStoredKeys({
  world,
  services: { store },
  ledger,
  acts,
}: Audited): Promise<Finding[]> {
  const { domain, region } = ledger;
  const bucket = world.environment.keyStoreBucket;
  const made = await readMadeKeys(store, bucket, ledger);
  if (made === null && acts === undefined) return [];
  if (made === null) {
    const work: MadeKeysWork = { store, clock: world.clock, bucket, place: { domain, region } };
    const selectors = await takeOverKeys(world, work, ledger);
    return selectors.length === 0 ? [] : [finding('KEYS_TAKEN_OVER', { selectors })];
  }
  // In this case, the owner of the domain brings the keys.
  if (made.every(({ takenOver }) => takenOver)) return [];
  const foreign = await findKeysOfOthers(world, store, ledger, made);
  return foreign.map(({ facts }) => finding('KEY_NOT_MADE_HERE', facts, { subject: facts.selector }));
}

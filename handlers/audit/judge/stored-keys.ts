import { findKeysOfOthers, readMadeKeys } from '../../keys/state/made-keys';
import { type Finding, finding } from '../findings/finding';
import type { Audited } from '../run/audited';

/** Checks whether the function made the keys with which SES has not signed, if it makes the domain's keys. */
export async function checkStoredKeys({ world, services: { store }, ledger }: Audited): Promise<Finding[]> {
  const made = await readMadeKeys(store, world.environment.keyStoreBucket, ledger);
  const foreign = await findKeysOfOthers(world, store, ledger, made);
  return foreign.map(({ facts }) => finding('KEY_NOT_MADE_HERE', facts, { subject: facts.selector }));
}

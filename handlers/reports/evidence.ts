import { readMemory } from '../audit/findings/news';
import type { Services } from '../aws/services';
import { type KeyOrigin, keyOrigins } from '../keys/state/key-origins';
import type { Ledger } from '../ledger/ledger';
import type { World } from '../world';

/** Facts for an auditor. */
export interface Evidence {
  readonly keys: readonly KeyOrigin[];
  /** Time of the last audit of every domain in ISO 8601; `null` if there was none or it cannot be read. */
  readonly auditedAt: string | null;
}

export const findEvidence = async (world: World, services: Services, ledger: Ledger): Promise<Evidence> => ({
  keys: await keyOrigins(world, services, ledger),
  auditedAt: (await readMemory(world, services)).last.wholeAt,
});

import type { ObjectStore } from '../aws/object-store';
import { LEDGER_PREFIX } from '../contract';
import type { DomainRequest } from '../event';

const LEDGER_KEY = new RegExp(`^${LEDGER_PREFIX}([^/]+)/([^/]+)\\.json$`);

/**
 * The domains to audit: every one that has a ledger, in every region; or those that were named.
 * @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function domainsToAudit(
  store: ObjectStore,
  bucket: string,
  named: readonly string[] | undefined,
  region: string,
): Promise<DomainRequest[]> {
  const keys = await store.list(bucket, LEDGER_PREFIX);
  const known = keys.flatMap((key) => {
    const [, inRegion, domain] = LEDGER_KEY.exec(key) ?? [];
    return inRegion === undefined || domain === undefined ? [] : [{ domain, region: inRegion }];
  });
  if (named === undefined) return known;
  return [...new Set(named)].flatMap((domain) => {
    const found = known.filter((place) => place.domain === domain);
    return found.length > 0 ? found : [{ domain, region }];
  });
}

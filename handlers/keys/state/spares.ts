import type { ObjectStore } from '../../aws/object-store';
import { dnsRecordsFolder, KEY_PREFIX, privateKeyObject } from '../../contract/contract';
import type { Ledger } from '../../ledger/ledger';
import type { World } from '../../world';
import { readInformation } from './dns-information';

/** Number of prepared selectors that are returned; a domain has few of them. */
const MOST_SPARES = 20;

/**
 * Returns the selectors that are ready for a rotation: the key store has their key and the record that this project has
 * written, and SES has never signed with them. A key from an earlier process may have signed, so it is left out.
 */
export async function findSpares(
  { environment: { keyStoreBucket: bucket } }: World,
  store: ObjectStore,
  { domain, signers, inForce, open }: Ledger,
): Promise<string[]> {
  const folder = dnsRecordsFolder(domain);
  const [keys, records] = await Promise.all([
    store.list(bucket, `${KEY_PREFIX}${domain}/`),
    store.list(bucket, folder),
  ]);
  const used = new Set([...signers, inForce, open?.wanted].map((each) => each?.selector));
  const prepared = records
    .flatMap((key) => /^([^/]+)\.json$/.exec(key.slice(folder.length))?.[1] ?? [])
    .filter((selector) => keys.includes(privateKeyObject(domain, selector)) && !used.has(selector))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .slice(0, MOST_SPARES);
  const ours = await Promise.all(
    prepared.map((selector) => readInformation(store, { bucket, key: `${folder}${selector}.json` })),
  );
  return prepared.filter((_, index) => ours[index]?.value !== undefined);
}

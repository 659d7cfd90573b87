import { type DomainList, inRegion, keyStoreBucketOf, type ListedDomain } from '../../list/domain-list';
import { findPublished } from '../dns/prove';
import { usageError } from '../errors/cli-error';
import { functionsOf } from '../target/target';
import type { Cli, GlobalOptions } from '../world/cli';
import type { Inventory } from '../world/world';
import type { AdoptionFacts } from './decide';

/** The identities and keys of one region. */
export interface RegionInventory extends Inventory {
  readonly region: string;
}

/** A selector that the list has or is given. */
export type ListedSelector = Pick<ListedDomain, 'domain' | 'region' | 'selector'>;

const AT_ONCE = 8;

/** Reads the identities and the keys of each region. @param only these domains; all if empty */
export async function askForInventories(
  { world, out }: Cli,
  options: GlobalOptions,
  list: DomainList,
  only: readonly string[],
): Promise<RegionInventory[]> {
  const inventories: RegionInventory[] = [];
  for (const { region } of functionsOf(world, options, list)) {
    const bucket = bucketIn(list, region);
    const work = { code: 'READING_REGION', facts: { bucket, region } } as const;
    inventories.push({
      region,
      ...(await out.progress.during(work, world.inventory({ region, bucket, only }))),
    });
  }
  return inventories;
}

function bucketIn({ control }: DomainList, region: string): string {
  const { name } = keyStoreBucketOf(control);
  if (name !== undefined) return inRegion(name, region);
  throw usageError('bucket-unknown', {});
}

/** Collects the facts of SES, the key store, the list and DNS about each domain in one region. */
export function askForFacts(
  { world, out }: Cli,
  domains: readonly string[],
  { identities, keys }: Inventory,
  { known, gate }: { readonly known: readonly ListedSelector[]; readonly gate: DomainList['gate'] },
): Promise<AdoptionFacts[]> {
  const isPublished = async (domain: string, selector: string): Promise<boolean> => {
    const { servers } = await findPublished(world, { domain, selector, gate });
    return servers.some(({ fingerprint }) => fingerprint !== undefined);
  };
  const work = { code: 'ASKING_DNS_ABOUT', facts: { domains: domains.length } } as const;
  return out.progress.map(work, domains, AT_ONCE, async (domain) => {
    const own = keys.get(domain) ?? [];
    const taken = known.filter((each) => each.domain === domain).map(({ selector }) => selector);
    const all = [...new Set([...own, ...taken])];
    const there = await Promise.all(all.map((selector) => isPublished(domain, selector)));
    const published = all.filter((_, index) => there[index]);
    return { domain, state: identities.get(domain), keys: own, taken, published };
  });
}

/**
 * Several regions sign with one key and one record if their entries share a selector. One of them, the home, has the key,
 * makes it and publishes its record; the others read the key in the home's bucket. What they share is one value,
 * {@link SharedKey}, which is made here once; everything else asks it.
 */
import type { SharedObjects } from '../constructs/control-plane-props';
import { dnsRecordsFolder, KEY_PREFIX, LEDGER_PREFIX, RECORD_PREFIX } from '../handlers/contract/contract';
import type { Sharer } from '../handlers/contract/input/event-schema';
import {
  type DomainList,
  inRegion,
  keyStoreBucketOf,
  type ListedDomain,
  type SharedKey,
  type Signer,
} from './domain-list';
import type { ControlSettings } from './schema';

/** Entries of a domain that have a selector in common. */
export interface Group {
  /** The entry that has the key. */
  readonly home: ListedDomain;
  /** The other entries, in the order of the list. */
  readonly others: readonly ListedDomain[];
}

/** Makes the value of a group of several entries. */
export function sharedKeyOf({ home, others }: Group, control: ControlSettings): SharedKey {
  const signers = [home, ...others].map(
    (entry): Signer => ({
      stack: entry.stack,
      region: entry.region,
      bucket: storeIn(control, entry.region) ?? '',
      isHome: entry === home,
    }),
  );
  const { domain, stack, record } = home;
  const bucket = inRegion(home.keyStore?.bucket ?? keyStoreBucketOf(control).name ?? '', home.region);
  return {
    domain,
    place: { ...home.keyStore, bucket },
    isInKeyStore: home.keyStore?.bucket === undefined,
    home: stack,
    ...(record && { record }),
    signers,
  };
}

/** Returns the shared key that an entry signs with; undefined if it shares none. */
export const keySharedBy = (
  { sharedKeys }: Pick<DomainList, 'sharedKeys'>,
  { stack, home = stack }: Pick<ListedDomain, 'stack' | 'home'>,
): SharedKey | undefined => sharedKeys.find((key) => key.home === home);

/** Returns the entries that sign with an entry's key, the home first; the entry alone if it shares none. */
export function sharersOf(
  list: Pick<DomainList, 'domains' | 'sharedKeys'>,
  listed: ListedDomain,
): ListedDomain[] {
  const { signers } = keySharedBy(list, listed) ?? { signers: [listed] };
  return signers.flatMap(({ stack }) => list.domains.find((each) => each.stack === stack) ?? []);
}

/** Returns the other regions that sign with the key and the record of an entry, for its stack and its events. */
export function sharingOf(
  list: Pick<DomainList, 'sharedKeys'>,
  listed: ListedDomain,
): { readonly sharedWith?: readonly Sharer[] } {
  const { signers = [] } = keySharedBy(list, listed) ?? {};
  const others = signers.filter(({ stack }) => stack !== listed.stack);
  if (others.length === 0) return {};
  return {
    sharedWith: others.map(({ region, bucket, isHome }) => ({
      region,
      bucket,
      ...(isHome && { home: true }),
    })),
  };
}

/** What the function of one region reads of one domain in the key store of another. */
interface Grant {
  /** Region of the function that reads. */
  readonly reader: string;
  /** Region of the key store. */
  readonly owner: string;
  /** Private keys, as `bucket/prefix`. */
  readonly keys: readonly string[];
  /** DNS information, as `bucket/prefix`. */
  readonly records: readonly string[];
  /** Prefixes of the private keys that the policy of the key store's bucket opens. */
  readonly opened: readonly string[];
  /** Whether the two share a key now. */
  readonly isShared: boolean;
}

/**
 * Returns what regions read of a domain in each other's key stores. They may read its keys whether they share one or not: an
 * entry that begins or ends to share one has to be rolled back to the other. Another key of a domain gives no more than
 * its own.
 */
function grantsOf({
  control,
  domains,
  sharedKeys,
}: Pick<DomainList, 'control' | 'domains' | 'sharedKeys'>): Grant[] {
  const byHome = new Map(sharedKeys.map((key) => [key.home, key]));
  const byDomain = new Map<string, readonly ListedDomain[]>();
  for (const each of domains) byDomain.set(each.domain, [...(byDomain.get(each.domain) ?? []), each]);
  return [...byDomain.values()].flatMap((entries) =>
    entries.flatMap((reader) =>
      entries
        .filter((owner) => owner.region !== reader.region && storeIn(control, owner.region) !== undefined)
        .map((owner) => grantOf(control, reader, owner, byHome.get(owner.home ?? owner.stack))),
    ),
  );
}

function grantOf(
  control: ControlSettings,
  reader: ListedDomain,
  owner: ListedDomain,
  shared: SharedKey | undefined,
): Grant {
  const usual = `${KEY_PREFIX}${owner.domain}/`;
  const grant = {
    reader: reader.region,
    owner: owner.region,
    keys: [`${storeIn(control, owner.region)}/${usual}`],
    records: [],
    opened: [usual],
    isShared: shared?.signers.some(({ stack }) => stack === reader.stack) === true,
  };
  if (!grant.isShared || shared?.home !== owner.stack) return grant;
  const { bucket, privateKey = usual, dnsRecords = dnsRecordsFolder(owner.domain) } = shared.place;
  return {
    ...grant,
    keys: [...new Set([...grant.keys, `${bucket}/${privateKey}`])],
    records: [`${bucket}/${dnsRecords}`],
    opened: shared.isInKeyStore ? [...new Set([usual, privateKey])] : grant.opened,
  };
}

/** How many domains' keys a policy names: IAM takes 10,240 characters, and a list of 1,000 domains is one of any size. */
const MOST_NAMED = 15;

/** What a region reads in the key store of another: of some domains, or the whole. */
interface Reading extends Pick<Grant, 'reader' | 'owner'> {
  readonly grants: readonly Grant[];
  /** Whether each domain of the other region is one of them, and they are many. */
  readonly isWhole: boolean;
}

function readingsOf(list: Pick<DomainList, 'control' | 'domains' | 'sharedKeys'>): Reading[] {
  const between = new Map<string, Grant[]>();
  for (const grant of grantsOf(list)) {
    const pair = `${grant.reader} ${grant.owner}`;
    between.set(pair, [...(between.get(pair) ?? []), grant]);
  }
  return [...between.values()].map((grants) => {
    const { reader, owner } = grants[0]!;
    const isMany = grants.length > MOST_NAMED;
    const isWhole = isMany && grants.length === entriesIn(list.domains, owner);
    const named = isMany && !isWhole ? grants.filter(({ isShared }) => isShared) : grants;
    return { reader, owner, grants: named, isWhole };
  });
}

/** Returns for each region what its function reads in the key stores of others, and they in its own. */
export function sharedObjects(
  list: Pick<DomainList, 'control' | 'domains' | 'sharedKeys'>,
): (region: string) => SharedObjects {
  const readings = readingsOf(list);
  const { kmsKeyArn } = list.control.keyStore ?? {};
  const { name = '' } = keyStoreBucketOf(list.control);
  // The region of an entry that has left the list may still need a record.
  const stores = name.includes('{region}') ? [inRegion(name, '*')] : [];
  return (region) => {
    const received = readings.filter(({ reader }) => reader === region);
    const given = readings.filter(({ owner }) => owner === region);
    return {
      keys: received.flatMap((each) => keysRead(list.control, each)),
      records: received.flatMap((each) => recordsRead(list.control, each)),
      known: stores.flatMap((store) => [`${store}/${LEDGER_PREFIX}`, `${store}/${RECORD_PREFIX}`]),
      kmsKeyArns: kmsKeyArn?.includes('{region}') ? stores.map(() => inRegion(kmsKeyArn, '*')) : [],
      readers: Object.fromEntries(
        given.map(({ reader, grants, isWhole }) => {
          const prefixes = grants.flatMap(({ opened }) => opened);
          return [reader, isWhole ? whole(prefixes, KEY_PREFIX) : prefixes];
        }),
      ),
    };
  };
}

function keysRead(control: ControlSettings, { owner, grants, isWhole }: Reading): string[] {
  const keys = grants.flatMap((grant) => grant.keys);
  return isWhole ? whole(keys, `${storeIn(control, owner)}/${KEY_PREFIX}`) : keys;
}

function recordsRead(control: ControlSettings, { owner, grants }: Reading): string[] {
  const records = grants.flatMap((grant) => grant.records);
  return records.length > MOST_NAMED
    ? whole(records, `${storeIn(control, owner)}/${RECORD_PREFIX}`)
    : records;
}

const entriesIn = (domains: readonly ListedDomain[], region: string): number =>
  domains.filter((each) => each.region === region).length;

/** Returns places with one prefix for all below it: a region that shares each of its entries shares the prefix. */
const whole = (places: readonly string[], prefix: string): string[] => {
  const others = places.filter((place) => !place.startsWith(prefix));
  return others.length === places.length ? others : [prefix, ...others];
};

/** Returns the bucket of a region's key store; undefined if the list does not name it. */
export const storeIn = (control: ControlSettings, region: string): string | undefined => {
  const { name } = keyStoreBucketOf(control);
  return name === undefined ? undefined : inRegion(name, region);
};

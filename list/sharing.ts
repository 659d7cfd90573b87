/**
 * Several regions sign with one key and one record if their entries share a selector. One of them, the home, has the key,
 * makes it and publishes its record; the others read the key in the home's bucket. What they share is one value,
 * {@link SharedKey}, which is made here once; everything else asks it.
 */
import type { SharedObjects } from '../constructs/control-plane-props';
import {
  dnsRecordsFolder,
  KEY_PREFIX,
  LEDGER_PREFIX,
  ledgerObject,
  RECORD_PREFIX,
} from '../handlers/contract/contract';
import type { Sharer } from '../handlers/contract/input/event-schema';
import {
  type DomainList,
  type Grant,
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
  const key = {
    domain,
    place: { ...home.keyStore, bucket },
    isInKeyStore: home.keyStore?.bucket === undefined,
  };
  const grants = signers.flatMap((reader) =>
    signers.filter((owner) => owner !== reader).map((owner) => grantOf(key, reader, owner)),
  );
  return { ...key, home: stack, ...(record && { record }), signers, grants };
}

/** Returns what the function of one region reads in the key store of another. */
function grantOf(
  { domain, place, isInKeyStore }: Pick<SharedKey, 'domain' | 'place' | 'isInKeyStore'>,
  reader: Signer,
  owner: Signer,
): Grant {
  const usual = `${KEY_PREFIX}${domain}/`;
  const { bucket, privateKey = usual, dnsRecords = dnsRecordsFolder(domain) } = place;
  const keys: string[] = [];
  const records: string[] = [];
  if (owner.isHome) {
    keys.push(`${bucket}/${privateKey}`);
    records.push(`${bucket}/${dnsRecords}`);
  }
  records.push(`${owner.bucket}/${ledgerObject(owner.region, domain)}`);
  // The earlier key, if the home has moved: a rollback needs it.
  if (owner.bucket !== bucket) keys.push(`${owner.bucket}/${usual}`);
  const opened = owner.isHome && isInKeyStore ? privateKey : usual;
  return { reader: reader.region, owner: owner.region, keys, records, opened };
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

/** How many domains' keys a policy names: IAM takes 10,240 characters, and a list of 1,000 domains is one of any size. */
const MOST_NAMED = 15;

/** Returns for each region what its function reads in the key stores of others, and they in its own. */
export function sharedObjects(
  list: Pick<DomainList, 'control' | 'domains' | 'sharedKeys'>,
): (region: string) => SharedObjects {
  const grants = list.sharedKeys.flatMap((key) => key.grants);
  return (region) => {
    const received = grants.filter(({ reader }) => reader === region);
    const given = grants.filter(({ owner }) => owner === region);
    const others = [...new Set(received.map(({ owner }) => owner))];
    const { kmsKeyArn } = list.control.keyStore ?? {};
    return {
      ...objectsRead(list, received, others),
      kmsKeyArns: kmsKeyArn ? others.map((other) => inRegion(kmsKeyArn, other)) : [],
      readers: keysOpened(list, given, region),
    };
  };
}

/** Returns the keys and records that a region reads: each by itself, or the whole of another region's. */
function objectsRead(
  { control, domains }: Pick<DomainList, 'control' | 'domains'>,
  received: readonly Grant[],
  others: readonly string[],
): Pick<SharedObjects, 'keys' | 'records'> {
  let keys = received.flatMap((grant) => grant.keys);
  let records = received.flatMap((grant) => grant.records);
  for (const other of others) {
    const store = storeIn(control, other);
    const count = received.filter(({ owner }) => owner === other).length;
    if (count <= MOST_NAMED) continue;
    if (count === entriesIn(domains, other)) {
      keys = whole(keys, `${store}/${KEY_PREFIX}`);
      records = whole(records, `${store}/${LEDGER_PREFIX}${other}/`);
    }
    records = whole(records, `${store}/${RECORD_PREFIX}`);
  }
  return { keys, records };
}

/** Returns by region the prefixes of keys that its function reads in the key store of this one. */
function keysOpened(
  { domains }: Pick<DomainList, 'domains'>,
  given: readonly Grant[],
  region: string,
): SharedObjects['readers'] {
  const readers: Record<string, readonly string[]> = {};
  for (const { reader, opened } of given) readers[reader] = [...(readers[reader] ?? []), opened];
  for (const [reader, prefixes] of Object.entries(readers))
    if (prefixes.length > MOST_NAMED && prefixes.length === entriesIn(domains, region))
      readers[reader] = whole(prefixes, KEY_PREFIX);
  return readers;
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

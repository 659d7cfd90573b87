/**
 * Finds the regions that share a key. Several regions sign with one key and one record if their entries share a selector. One
 * of them, the home, has the key, makes it and publishes its record; the others read the key in the home's bucket. {@link
 * SharedKey} describes the shared key, and all other code uses it.
 */
import type { SharedObjects } from '../constructs/control-plane-props';
import { dnsRecordsFolder, KEY_PREFIX, LEDGER_PREFIX, RECORD_PREFIX } from '../handlers/contract/contract';
import type { Delegation, Sharer } from '../handlers/contract/input/event-schema';
import {
  type DomainList,
  inRegion,
  keyStoreBucketOf,
  type ListedDomain,
  type SharedKey,
  type SharingEntry,
} from './domain-list';
import type { ControlSettings } from './schema';

/** Entries of a domain that share a selector. */
export interface Group {
  /** The entry that has the key. */
  readonly home: ListedDomain;
  /** The other entries, in the order of the list. */
  readonly others: readonly ListedDomain[];
}

/** Makes the shared key of a group of several entries. */
export function sharedKeyOf({ home, others }: Group, control: ControlSettings): SharedKey {
  const signers = [home, ...others].map(
    (entry): SharingEntry => ({
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

/** Returns the entry whose key and record an entry shares; undefined if it has its own. */
export const homeOf = (
  { domains }: Pick<DomainList, 'domains'>,
  { home }: Pick<ListedDomain, 'home'>,
): ListedDomain | undefined => domains.find(({ stack }) => stack === home);

/** Checks whether an entry signs with a key and a record of its own, which others may share. */
export const hasOwnKey = ({ home }: Pick<ListedDomain, 'home'>): boolean => home === undefined;

/** Returns an entry as its deploy finds it, since its home is deployed first, makes the key and publishes the record. */
export function afterHome(list: Pick<DomainList, 'domains'>, listed: ListedDomain): ListedDomain {
  const { createKey, record } = homeOf(list, listed) ?? {};
  return { ...listed, ...(createKey && { createKey }), ...(record && { record }) };
}

/** Returns the other entries that sign with the key of an entry. */
export const usersOf = ({ domains }: Pick<DomainList, 'domains'>, stack: string): ListedDomain[] =>
  domains.filter(({ home }) => home === stack);

/** Returns the delegation of an entry's names: of an entry that shares a key, that of the key's record. */
export const delegationOf = (
  list: Pick<DomainList, 'sharedKeys'>,
  listed: ListedDomain,
): Delegation | undefined => (keySharedBy(list, listed) ?? listed).record?.delegation;

/** Returns the entries that the later of two lists has and whose key the earlier one takes from an entry. */
export const leftWithoutHome = (
  before: Pick<DomainList, 'domains'>,
  after: Pick<DomainList, 'domains'>,
  home: string,
): string[] => {
  const listed = new Set(after.domains.map(({ stack }) => stack));
  return usersOf(before, home)
    .map(({ stack }) => stack)
    .filter((stack) => listed.has(stack));
};

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

/** Objects of one domain that the function of one region reads in another region's key store. */
interface Grant {
  /** Region of the reading function. */
  readonly reader: string;
  /** Region of the key store. */
  readonly owner: string;
  /** Private keys, as `bucket/prefix`. */
  readonly keys: readonly string[];
  /** DNS information, as `bucket/prefix`. */
  readonly records: readonly string[];
  /** Prefixes of private keys to which the policy of the key store's bucket grants access. */
  readonly opened: readonly string[];
  /** Whether the two regions share a key now. */
  readonly isShared: boolean;
}

/**
 * Returns the objects of a domain that regions read in each other's key stores. They may read its keys even if they share
 * none, since an entry that begins or ends sharing must be able to roll back to the other key. With another key of the same
 * domain, a region can do no more than with its own.
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

/**
 * Most characters by which the policies of a function's role (10,240 in all) and of its bucket (20,480) name the keys of
 * domains one by one, for all other regions together.
 */
const NAMED_CHARACTERS = 2_000;

/** Characters that a place needs in a policy beside its name: `"arn:aws:s3:::…*",`. */
const AROUND_PLACE = 17;

/** Objects that a region reads in another region's key store: those of some domains, or all. */
interface Reading extends Pick<Grant, 'reader' | 'owner'> {
  readonly grants: readonly Grant[];
  /** Whether it reads every key of the other region, since a policy could not name so many. */
  readonly isWhole: boolean;
}

function readingsOf(list: Pick<DomainList, 'control' | 'domains' | 'sharedKeys'>): Reading[] {
  const between = new Map<string, Grant[]>();
  for (const grant of grantsOf(list)) {
    const pair = `${grant.reader} ${grant.owner}`;
    between.set(pair, [...(between.get(pair) ?? []), grant]);
  }
  const pairs = [...between.values()];
  const others = new Set(pairs.map(([first]) => first!.owner)).size - 1;
  return pairs.map((grants) => {
    const { reader, owner } = grants[0]!;
    const places = grants.flatMap(({ keys }) => keys);
    const characters = places.reduce((sum, place) => sum + place.length + AROUND_PLACE, 0);
    return { reader, owner, grants, isWhole: characters > NAMED_CHARACTERS / others };
  });
}

/** Returns the pairs of regions of which one reads every key of the other, also of domains that are not in the list. */
export const wholeReadings = (
  list: Pick<DomainList, 'control' | 'domains' | 'sharedKeys'>,
): Pick<Reading, 'reader' | 'owner'>[] =>
  readingsOf(list)
    .filter(({ isWhole }) => isWhole)
    .map(({ reader, owner }) => ({ reader, owner }));

/**
 * Returns, for each region, the objects that its function reads in the key stores of others, and that others read in its own.
 */
export function sharedObjects(
  list: Pick<DomainList, 'control' | 'domains' | 'sharedKeys'>,
): (region: string) => SharedObjects {
  const readings = readingsOf(list);
  const { kmsKeyArn } = list.control.keyStore ?? {};
  const { name = '' } = keyStoreBucketOf(list.control);
  // The region of an entry that was taken out of the list may still need a record.
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

function recordsRead(control: ControlSettings, { owner, grants, isWhole }: Reading): string[] {
  const records = grants.flatMap((grant) => grant.records);
  return isWhole ? whole(records, `${storeIn(control, owner)}/${RECORD_PREFIX}`) : records;
}

/** Merges places below a prefix into that prefix. */
const whole = (places: readonly string[], prefix: string): string[] => {
  const others = places.filter((place) => !place.startsWith(prefix));
  return others.length === places.length ? others : [prefix, ...others];
};

/** Returns the bucket of a region's key store; undefined if the list does not name it. */
export const storeIn = (control: ControlSettings, region: string): string | undefined => {
  const { name } = keyStoreBucketOf(control);
  return name === undefined ? undefined : inRegion(name, region);
};

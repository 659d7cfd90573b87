/**
 * Finds the entries of a domain that share a selector: several regions sign with one key and one record. One of them is
 * the home, which has the key, makes it and publishes its record; the others read the key from the home's bucket.
 */
import { alternatingSelectors, show } from '../constructs/check-identity-props';
import type { SharedObjects } from '../constructs/control-plane-props';
import {
  dnsRecordsFolder,
  KEY_PREFIX,
  LEDGER_PREFIX,
  ledgerObject,
  RECORD_PREFIX,
} from '../handlers/contract/contract';
import type { Sharer } from '../handlers/contract/event-schema';
import { type DomainList, inRegion, keyStoreBucketOf, type ListedDomain } from './domain-list';
import { mistakeOfEntry, type Written } from './listed-domains';
import { type ListMistake, mistakeAt } from './mistake';
import type { ControlSettings, DomainListText, DomainSettings } from './schema';

/** Returns the entries that share a selector with one, the home first; the entry alone if it shares none. */
export function sharersOf(
  domains: readonly ListedDomain[],
  { stack, home = stack }: ListedDomain,
): ListedDomain[] {
  const others = domains.filter((each) => each.home === home);
  return [...domains.filter((each) => each.stack === home), ...others];
}

/** Returns for each region what its function reads in the key stores of others, and they in its own. */
export function sharedObjects({
  control,
  domains,
}: Pick<DomainList, 'control' | 'domains'>): (region: string) => SharedObjects {
  const homes = new Set(domains.flatMap(({ home }) => home ?? []));
  const groups = domains.filter(({ stack }) => homes.has(stack)).map((home) => sharersOf(domains, home));
  const entriesIn = (region: string): number => domains.filter((each) => each.region === region).length;
  return (region) => {
    let [keys, records]: [string[], string[]] = [[], []];
    const readers: Record<string, string[]> = {};
    /** How many entries share with one in another region. */
    const elsewhere = new Map<string, number>();
    for (const group of groups) {
      const here = group.find((each) => each.region === region);
      if (here === undefined) continue;
      const { domain, home, keyStore = {} } = here;
      const usual = `${KEY_PREFIX}${domain}/`;
      const { bucket, privateKey = usual, dnsRecords = dnsRecordsFolder(domain) } = keyStore;
      if (home !== undefined) {
        keys.push(`${bucket}/${privateKey}`);
        records.push(`${bucket}/${dnsRecords}`);
      }
      for (const { region: other } of group.filter((each) => each !== here)) {
        const store = storeIn(control, other);
        records.push(`${store}/${ledgerObject(other, domain)}`);
        elsewhere.set(other, (elsewhere.get(other) ?? 0) + 1);
        // The earlier key, if the home has moved: a rollback needs it.
        if (store !== bucket) keys.push(`${store}/${usual}`);
        const own = home === undefined && bucket === undefined ? privateKey : usual;
        readers[other] = [...(readers[other] ?? []), own];
      }
    }
    for (const [other, count] of elsewhere) {
      if (count <= MOST_NAMED) continue;
      const store = storeIn(control, other);
      if (count === entriesIn(other)) {
        keys = whole(keys, `${store}/${KEY_PREFIX}`);
        records = whole(records, `${store}/${LEDGER_PREFIX}${other}/`);
      }
      if (count === entriesIn(region)) readers[other] = whole(readers[other] ?? [], KEY_PREFIX);
      records = whole(records, `${store}/${RECORD_PREFIX}`);
    }
    const { kmsKeyArn } = control.keyStore ?? {};
    const kmsKeyArns = kmsKeyArn ? [...elsewhere.keys()].map((other) => inRegion(kmsKeyArn, other)) : [];
    return { keys, records, kmsKeyArns, readers };
  };
}

/** How many domains' keys a policy names: IAM takes 10,240 characters, and a list of 1,000 domains is one of any size. */
const MOST_NAMED = 15;

/** Returns places with one prefix for all below it: a region that shares each of its entries shares the prefix. */
const whole = (places: readonly string[], prefix: string): string[] => {
  const others = places.filter((place) => !place.startsWith(prefix));
  return others.length === places.length ? others : [prefix, ...others];
};

/** Returns the other regions that sign with the key and the record of an entry, for its stack and its events. */
export function sharingOf(
  { control, domains }: DomainList,
  listed: ListedDomain,
): { readonly sharedWith?: readonly Sharer[] } {
  const others = sharersOf(domains, listed).filter((each) => each !== listed);
  if (others.length === 0) return {};
  return {
    sharedWith: others.map(({ region, home }) => ({
      region,
      bucket: storeIn(control, region)!,
      ...(home === undefined && { home: true }),
    })),
  };
}

/** Returns the bucket of a region's key store; undefined if the list does not name it. */
const storeIn = (control: ControlSettings, region: string): string | undefined => {
  const { name } = keyStoreBucketOf(control);
  return name === undefined ? undefined : inRegion(name, region);
};

/** Settings of the home alone. One of `defaults` does not count for the others. */
const OF_HOME = ['createKey', 'record', 'keyStore'] as const;

const leads = ({ createKey, record }: DomainSettings): boolean => createKey === true || record !== undefined;

/** Whether an entry may have been the home until a rotation: it publishes earlier records beside another home's. */
const keepsEarlier = ({ createKey, record }: DomainSettings): boolean =>
  createKey !== true && record?.delegation === undefined && (record?.previousSelectors ?? []).length > 0;

/**
 * Finds the home of each entry: the one with `createKey` or `record` of its own, else one that has it from `defaults`,
 * else the first in the list. Each of the others gets the home's name and the place of its key, and no setting of the
 * home's.
 */
export function withHomes(
  written: Written,
  domains: readonly ListedDomain[],
): { domains: ListedDomain[]; mistakes: ListMistake[] } {
  const { list, source } = written;
  const mistakes: ListMistake[] = [];
  const homes = new Map<ListedDomain, ListedDomain>();
  for (const group of groupsOf(domains)) {
    const own = ({ name }: ListedDomain): DomainSettings => list.domains[name] ?? {};
    const home =
      group.find((each) => leads(own(each)) && !keepsEarlier(own(each))) ??
      group.find((each) => leads(own(each))) ??
      group.find(({ createKey, record }) => createKey || record) ??
      group[0]!;
    const where = `${show(home.name)} of line ${home.line}`;
    for (const listed of group.filter((each) => each !== home)) {
      homes.set(listed, home);
      const wrong = (setting: string, found: unknown, allowed: string) =>
        mistakes.push(mistakeOfEntry(written, listed.name, setting, found, allowed));
      for (const setting of OF_HOME) {
        const found = own(listed)[setting];
        if (found && !(setting === 'record' && keepsFrom(listed, home, own(listed))))
          wrong(
            setting,
            found,
            `none: it signs with the key and the record of ${where}, where alone they are set; or a selector of its own`,
          );
      }
      const { selector } = listed;
      const spelt = namesOf(home).find((each) => each.toLowerCase() === selector.toLowerCase());
      if (spelt !== undefined && !namesOf(home).includes(selector))
        wrong('selector', selector, `${spelt} as in ${where}: DNS does not tell them apart`);
    }
    if (
      group.some(({ region }) => region !== home.region) &&
      storeIn(list.control ?? {}, home.region) === undefined
    )
      mistakes.push(
        mistakeAt(
          source.placeOf(['control']),
          'control.keyStore.bucket',
          undefined,
          `a name with {region}: regions that share the key of ${where} read in each other’s bucket`,
        ),
      );
  }
  return { domains: domains.map((each) => withHome(list, each, homes.get(each))), mistakes };
}

/** Whether an entry keeps earlier records published, and none that its home publishes. */
const keepsFrom = ({ record }: ListedDomain, home: ListedDomain, own: DomainSettings): boolean =>
  keepsEarlier(own) &&
  !(record?.previousSelectors ?? []).some((each) =>
    [home.selector, ...(home.record?.previousSelectors ?? [])].includes(each),
  );

function withHome(list: DomainListText, listed: ListedDomain, home: ListedDomain | undefined): ListedDomain {
  if (home === undefined) return listed;
  const { createKey: _, record, ...rest } = listed;
  const bucket = inRegion(
    home.keyStore?.bucket ?? keyStoreBucketOf(list.control ?? {}).name ?? '',
    home.region,
  );
  const former = keepsFrom(listed, home, list.domains[listed.name] ?? {}) && record;
  return {
    ...rest,
    home: home.stack,
    keyStore: { ...home.keyStore, bucket },
    ...(former && { formerRecord: { ...former, earlierOnly: true } }),
  };
}

/** Returns every selector that an entry uses, keeps a record of, or alternates with. */
const namesOf = (listed: ListedDomain): string[] => [
  listed.selector,
  ...(listed.record?.previousSelectors ?? []),
  ...(alternatingSelectors(listed) ?? []),
];

/** Returns the entries by whom they have a selector in common with, each group in the order of the list. */
function groupsOf(domains: readonly ListedDomain[]): Set<readonly ListedDomain[]> {
  const groups = new Map<string, readonly ListedDomain[]>();
  // DNS does not tell `S1` from `s1`.
  const recordsOf = (listed: ListedDomain) =>
    namesOf(listed).map((selector) => `${selector.toLowerCase()} ${listed.domain}`);
  for (const listed of domains) {
    const joined = new Set(recordsOf(listed).flatMap((record) => groups.get(record) ?? []));
    const group = [...joined, listed].sort((a, b) => a.line - b.line);
    for (const record of group.flatMap(recordsOf)) groups.set(record, group);
  }
  return new Set(groups.values());
}

/**
 * Finds the entries of a domain that share a selector: several regions sign with one key and one record. One of them is
 * the home, which has the key, makes it and publishes its record; the others read the key from the home's bucket.
 */
import { alternatingSelectors, show } from '../constructs/check-identity-props';
import { inRegion, keyStoreBucketOf, type ListedDomain } from './domain-list';
import { pathOfSetting } from './listed-domains';
import { type ListMistake, mistakeAt } from './mistake';
import type { DomainListText, DomainSettings } from './schema';
import type { ListSource } from './source';

/** Returns the entries that share a selector with one, the home first; the entry alone if it shares none. */
export function sharersOf(
  domains: readonly ListedDomain[],
  { stack, home = stack }: ListedDomain,
): ListedDomain[] {
  const others = domains.filter((each) => each.home === home);
  return [...domains.filter((each) => each.stack === home), ...others];
}

/** Settings of the home alone. One of `defaults` does not count for the others. */
const OF_HOME = ['createKey', 'record', 'keyStore'] as const;

const leads = ({ createKey, record }: DomainSettings): boolean => createKey === true || record !== undefined;

/**
 * Finds the home of each entry: the one with `createKey` or `record` of its own, else one that has it from `defaults`,
 * else the first in the list. Each of the others gets the home's name and the place of its key, and no setting of the
 * home's.
 */
export function withHomes(
  list: DomainListText,
  domains: readonly ListedDomain[],
  source: ListSource,
): { domains: ListedDomain[]; mistakes: ListMistake[] } {
  const mistakes: ListMistake[] = [];
  const homes = new Map<ListedDomain, ListedDomain>();
  for (const group of groupsOf(domains)) {
    const own = ({ name }: ListedDomain): DomainSettings => list.domains[name] ?? {};
    const home =
      group.find((each) => leads(own(each))) ??
      group.find(({ createKey, record }) => createKey || record) ??
      group[0]!;
    const where = `${show(home.name)} of line ${home.line}`;
    for (const listed of group.filter((each) => each !== home)) {
      homes.set(listed, home);
      const wrong = (setting: string, found: unknown, allowed: string): void => {
        const path = pathOfSetting(listed.name, own(listed), setting);
        const at = path[0] === 'domains' ? path : ['domains', listed.name];
        mistakes.push(mistakeAt(source.placeOf(at), `domains.${listed.name}.${setting}`, found, allowed));
      };
      for (const setting of OF_HOME) {
        const found = own(listed)[setting];
        if (found)
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
    const unnamed = group.length > 1 && bucketOf(list, home) === undefined;
    if (unnamed)
      mistakes.push(
        mistakeAt(
          source.placeOf(['control']),
          'control.keyStore.bucket',
          undefined,
          `a name with {region}: other regions read the key of ${where} from its bucket`,
        ),
      );
  }
  return { domains: domains.map((each) => withHome(list, each, homes.get(each))), mistakes };
}

const bucketOf = (
  { control = {} }: DomainListText,
  { keyStore, region }: ListedDomain,
): string | undefined => {
  const name = keyStore?.bucket ?? keyStoreBucketOf(control).name;
  return name === undefined ? undefined : inRegion(name, region);
};

function withHome(list: DomainListText, listed: ListedDomain, home: ListedDomain | undefined): ListedDomain {
  if (home === undefined) return listed;
  const { createKey: _, record: __, ...rest } = listed;
  return { ...rest, home: home.stack, keyStore: { ...home.keyStore, bucket: bucketOf(list, home) } };
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

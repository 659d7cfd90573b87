/** Groups the entries that share a selector, finds the home of each group, and checks the settings of the others. */
import { alternatingSelectors } from '../constructs/check-identity-props';
import type { ListedDomain, ListedRecord, SharedKey } from './domain-list';
import { mistakeOfEntry, type WrittenList } from './listed-domains';
import { type ListMistake, mistakeAt } from './mistake';
import type { DomainListText, DomainSettings } from './schema';
import { type Group, sharedKeyOf, storeIn } from './sharing';
import type { EntryPlace } from './words';

/** Entries with their homes, the keys that they share, and the mistakes. */
interface Shared {
  readonly domains: readonly ListedDomain[];
  readonly sharedKeys: readonly SharedKey[];
  readonly mistakes: readonly ListMistake[];
}

/**
 * Finds the home of each entry: the entry with its own `createKey` or `record`, or one that has it from `defaults`, or the
 * first in the list. Gives each of the others the home's name and the place of its key, and no setting of the home.
 */
export function withHomes(written: WrittenList, domains: readonly ListedDomain[]): Shared {
  const { list } = written;
  const groups = groupsOf(domains)
    .filter((members) => members.length > 1)
    .map((members) => groupOf(list, members));
  const keys = new Map(groups.map((group) => [group, sharedKeyOf(group, list.control ?? {})]));
  const changed = new Map(
    [...keys].flatMap(([group, key]) =>
      group.others.map((listed) => [listed, withHome(list, listed, group.home, key)] as const),
    ),
  );
  return {
    domains: domains.map((each) => changed.get(each) ?? each),
    sharedKeys: [...keys.values()],
    mistakes: groups.flatMap((group) => [
      ...group.others.flatMap((listed) => mistakesOfOther(written, group, listed)),
      ...mistakesOfBuckets(written, group),
    ]),
  };
}

/** Returns the groups of entries that share a selector, each in the order of the list. */
function groupsOf(domains: readonly ListedDomain[]): (readonly ListedDomain[])[] {
  const groups = new Map<string, readonly ListedDomain[]>();
  for (const listed of domains) {
    const joined = new Set(recordsOf(listed).flatMap((record) => groups.get(record) ?? []));
    const group = [...joined, listed].sort((a, b) => a.line - b.line);
    for (const record of group.flatMap(recordsOf)) groups.set(record, group);
  }
  return [...new Set(groups.values())];
}

/** Returns the names of an entry's records in a uniform spelling: DNS does not distinguish `S1` from `s1`. */
const recordsOf = (listed: ListedDomain): string[] =>
  selectorsOf(listed).map((selector) => `${selector.toLowerCase()} ${listed.domain}`);

/** Returns every selector that an entry uses, whose record it keeps, or with which it alternates. */
const selectorsOf = (listed: ListedDomain): string[] => [
  listed.selector,
  ...(listed.record?.previousSelectors ?? []),
  ...(alternatingSelectors(listed) ?? []),
];

function groupOf(list: DomainListText, members: readonly ListedDomain[]): Group {
  const leads = (each: ListedDomain): boolean => makesOrPublishes(ownSettings(list, each));
  const home =
    members.find((each) => leads(each) && !keepsEarlier(ownSettings(list, each))) ??
    members.find(leads) ??
    members.find(({ createKey, record }) => createKey || record) ??
    members[0]!;
  return { home, others: members.filter((each) => each !== home) };
}

/** Returns the entry's own settings, without those of `defaults`. */
const ownSettings = (list: DomainListText, { name }: ListedDomain): DomainSettings =>
  list.domains[name] ?? {};

const makesOrPublishes = ({ createKey, record }: DomainSettings): boolean =>
  createKey === true || record !== undefined;

/**
 * Checks whether an entry may have been the home until a rotation, since it publishes earlier records while another entry is
 * the home.
 */
const keepsEarlier = ({ createKey, record }: DomainSettings): boolean =>
  createKey !== true && record?.delegation === undefined && (record?.previousSelectors ?? []).length > 0;

/** Checks whether an entry keeps earlier records published, and none of those that its home publishes. */
function keepsFrom(list: DomainListText, listed: ListedDomain, home: ListedDomain): boolean {
  const ofHome = [home.selector, ...(home.record?.previousSelectors ?? [])];
  const earlier = listed.record?.previousSelectors ?? [];
  return keepsEarlier(ownSettings(list, listed)) && !earlier.some((each) => ofHome.includes(each));
}

/** Returns the entry with the key of its home. */
function withHome(
  list: DomainListText,
  listed: ListedDomain,
  home: ListedDomain,
  { place }: SharedKey,
): ListedDomain {
  const { createKey: _, record, ...rest } = listed;
  const otherRecord = keepsFrom(list, listed, home) ? record : zoneOfMailFrom(listed, home);
  return { ...rest, home: home.stack, keyStore: place, ...(otherRecord && { otherRecord }) };
}

/** Returns the zone of the home if an entry publishes its MAIL FROM records there; undefined if others publish them. */
function zoneOfMailFrom({ mailFrom }: ListedDomain, { record }: ListedDomain): ListedRecord | undefined {
  if (mailFrom?.subdomain === undefined || record === undefined || record.delegation) return undefined;
  const { hostedZoneId, roleArn } = record;
  return { hostedZoneId, ...(roleArn !== undefined && { roleArn }) };
}

/** Settings that only the home may have. Those of `defaults` do not count for the others. */
const OF_HOME = ['createKey', 'record', 'keyStore'] as const;

/** Finds settings of the home in an entry that is not the home, and a selector that it spells differently. */
function mistakesOfOther(written: WrittenList, { home }: Group, listed: ListedDomain): ListMistake[] {
  const { name, selector } = listed;
  const own = ownSettings(written.list, listed);
  const mistakes = OF_HOME.filter((setting) => own[setting])
    .filter((setting) => setting !== 'record' || !keepsFrom(written.list, listed, home))
    .map((setting) => {
      const facts = { found: own[setting], home: placeOf(home) };
      return mistakeOfEntry(written, name, setting, { code: 'HOME_ONLY', facts });
    });
  const spelt = selectorsOf(home).find((each) => each.toLowerCase() === selector.toLowerCase());
  if (spelt === undefined || selectorsOf(home).includes(selector)) return mistakes;
  const facts = { found: selector, spelt, home: placeOf(home) };
  return [...mistakes, mistakeOfEntry(written, name, 'selector', { code: 'SELECTOR_SPELLING', facts })];
}

/** Finds regions that share a key and whose bucket name another region cannot know. */
function mistakesOfBuckets({ list, source }: WrittenList, { home, others }: Group): ListMistake[] {
  const isShared = others.some(({ region }) => region !== home.region);
  if (!isShared || storeIn(list.control ?? {}, home.region) !== undefined) return [];
  const mistake = { code: 'BUCKET_UNNAMED', facts: { found: undefined, home: placeOf(home) } } as const;
  return [mistakeAt(source.placeOf(['control']), mistake, 'control.keyStore.bucket')];
}

const placeOf = ({ name, line }: ListedDomain): EntryPlace => ({ name, line });

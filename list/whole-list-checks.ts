import { alternatingSelectors, show, toALabels } from '../constructs/check-identity-props';
import { functionNameMistake } from '../constructs/names';
import { topicMistake } from '../constructs/topic-mistake';
import { notAllowed } from '../handlers/allowances';
import {
  dnsRecordsFolder,
  KEY_PREFIX,
  privateKeyObject,
  RECORD_PREFIX,
  recordName,
} from '../handlers/contract';
import { alsoReadIn, inRegion, keyStoreBucketOf, type ListedDomain, regionsOf } from './domain-list';
import { ENTRY_KEY_ALLOWED, formatEntryKey, parseEntryKey } from './entry-key';
import { pathOfSetting } from './listed-domains';
import type { ListMistake } from './mistake';
import type { ControlSettings, DomainListText } from './schema';
import type { ListSource } from './source';

/** Finds keys that are none, and keys of one entry in two spellings (`Bücher.example`, `xn--bcher-kva.example`). */
export function mistakesOfNames(names: readonly string[], source: ListSource): ListMistake[] {
  const seen = new Map<string, string>();
  return names.flatMap((name) => {
    const place = source.placeOfKey(['domains', name]);
    const key = parseEntryKey(name);
    if (key === undefined)
      return [{ ...place, text: `domains: found ${show(name)}, allowed: ${ENTRY_KEY_ALLOWED}` }];
    const id = formatEntryKey(key);
    const other = seen.get(id);
    if (other === undefined) {
      seen.set(id, name);
      return [];
    }
    const { line } = source.placeOfKey(['domains', other]);
    const text = `domains: found ${show(name)}, which is ${show(other)} of line ${line}, allowed: each domain once`;
    return [{ ...place, text }];
  });
}

/**
 * Finds entries of one domain that are in one region, or that have a selector in common: a record holds one key, and each
 * entry has a key of its own.
 */
export function mistakesOfEntries(
  list: DomainListText,
  domains: readonly ListedDomain[],
  source: ListSource,
): ListMistake[] {
  const byRegion = new Map<string, ListedDomain>();
  const bySelector = new Map<string, ListedDomain>();
  return domains.flatMap((listed): ListMistake[] => {
    const { domain, region, name } = listed;
    const twin = byRegion.get(`${domain}@${region}`);
    if (twin) {
      const text = `domains: found ${show(name)} in ${region}, where ${show(twin.name)} of line ${twin.line} is as well, allowed: one entry of a domain in each region`;
      return [{ ...source.placeOfKey(['domains', name]), text }];
    }
    byRegion.set(`${domain}@${region}`, listed);
    for (const [setting, selector] of selectorsOf(listed)) {
      // DNS does not tell `S1` from `s1`.
      const record = recordName(domain, selector).toLowerCase();
      const other = bySelector.get(record);
      if (other && other !== listed) {
        const text = `domains.${name}.${setting}: found ${show(selector)}, which ${show(other.name)} of line ${other.line} has, allowed: a selector of its own; each region has a key and a record of its own`;
        const path = pathOfSetting(name, list.domains[name], setting);
        const isOwn = path[0] === 'domains';
        return [{ ...(isOwn ? source.placeOf(path) : source.placeOfKey(['domains', name])), text }];
      }
      bySelector.set(record, listed);
    }
    return [];
  });
}

/** Returns every selector that an entry uses or will, each with the setting that names it. */
function selectorsOf(listed: ListedDomain): (readonly [setting: string, selector: string])[] {
  const alternating = listed.record?.delegation ? 'record.delegation.selectors' : 'selectorNaming';
  const settings: Readonly<Record<string, readonly string[] | undefined>> = {
    selector: [listed.selector],
    'record.previousSelectors': listed.record?.previousSelectors,
    revokedSelectors: listed.revokedSelectors,
    [alternating]: alternatingSelectors(listed),
  };
  return Object.entries(settings).flatMap(([setting, all = []]) =>
    all.map((each) => [setting, each] as const),
  );
}

/** Finds a function name that makes names too long for AWS, and topics of another region. */
export function mistakesOfControl(
  list: DomainListText,
  domains: readonly ListedDomain[],
  source: ListSource,
): ListMistake[] {
  const { functionName, topics = {} } = list.control ?? {};
  const regions = regionsOf({ domains });
  const foreign = Object.entries(topics).flatMap(([name, topic]) => {
    const allowed = regions.map((region) => topicMistake(inRegion(topic, region), region)).find(Boolean);
    if (allowed === undefined) return [];
    const hint = regions.length > 1 ? '; {region} stands for the region of each' : '';
    return [
      {
        ...source.placeOf(['control', 'topics', name]),
        text: `control.topics.${name}: found ${show(topic)}, allowed: ${allowed}${hint}`,
      },
    ];
  });
  const tooLong = regions
    .map((region) => functionName !== undefined && functionNameMistake(functionName, region))
    .find((allowed) => allowed);
  if (!tooLong) return foreign;
  return [
    {
      ...source.placeOf(['control', 'functionName']),
      text: `control.functionName: found ${show(functionName)}, allowed: ${tooLong}`,
    },
    ...foreign,
  ];
}

/** Finds a bucket that would be shared by several regions, and keys that the function may not read. */
export function mistakesOfKeyStore(
  list: DomainListText,
  domains: readonly ListedDomain[],
  source: ListSource,
): ListMistake[] {
  const mistakes: ListMistake[] = [];
  const { name: bucket } = keyStoreBucketOf(list.control ?? {});
  const regions = regionsOf({ domains });
  if (bucket !== undefined && regions.length > 1 && !bucket.includes('{region}'))
    mistakes.push({
      ...source.placeOf(['control', 'keyStore', 'bucket']),
      text: `control.keyStore.bucket: found ${show(bucket)} for ${regions.join(' and ')}, allowed: a name with {region}, for one bucket in each`,
    });
  for (const listed of domains) {
    const alsoRead = alsoReadIn(list.control ?? {}, listed.region);
    for (const [setting, place] of placesOutside(listed, bucket, alsoRead))
      mistakes.push({
        ...source.placeOf(pathOfSetting(listed.name, list.domains[listed.name], `keyStore.${setting}`)),
        text: `domains.${listed.name}.keyStore.${setting}: found ${show(place)}, allowed: below ${setting === 'dnsRecords' ? `${RECORD_PREFIX} or ${KEY_PREFIX}` : KEY_PREFIX} of the control plane's bucket, or a place in control.keyStore.alsoRead`,
      });
  }
  return mistakes;
}

/** Finds settings of domains that `control.allow` does not allow: the function would refuse them. */
export function mistakesOfAllowances(
  list: DomainListText,
  domains: readonly ListedDomain[],
  source: ListSource,
): ListMistake[] {
  const control = {
    allow: allowancesOf(list.control?.allow),
    gate: list.defaults?.gate ?? {},
    bucket: '',
    alsoRead: [],
  };
  return domains.flatMap((listed) =>
    notAllowed({ ...listed, keyStore: {} }, control).map(({ setting, found, allowed, by }) => ({
      ...source.placeOf(pathOfSetting(listed.name, list.domains[listed.name], setting)),
      text: `domains.${listed.name}.${setting}: found ${show(found)}, allowed: ${allowed}; or what ${by === 'gate.strict' ? 'defaults.' : 'control.'}${by} names, which is deployed with the control stack`,
    })),
  );
}

/** Returns the allowances as the function takes them: domains in A-labels. */
export const allowancesOf = ({ irreversible, ...allow }: NonNullable<ControlSettings['allow']> = {}) => ({
  ...allow,
  ...(irreversible !== undefined && {
    irreversible: irreversible === true || irreversible.map((name) => toALabels(name) ?? name),
  }),
});

/** Returns the places of a domain, as `bucket/key`, that the function may not read. */
function placesOutside(
  { keyStore, domain, selector, region }: ListedDomain,
  controlBucket = '',
  alsoRead: readonly string[],
): [setting: string, place: string][] {
  if (keyStore === undefined) return [];
  const places = {
    bucket: inRegion(keyStore.bucket ?? controlBucket, region),
    privateKey: keyStore.privateKey ?? privateKeyObject(domain, selector),
    dnsRecords: keyStore.dnsRecords ?? dnsRecordsFolder(domain),
  };
  const outside = notAllowed(
    { keyStore: places },
    {
      allow: {},
      gate: {},
      bucket: inRegion(controlBucket, region),
      alsoRead,
    },
  ).map(({ setting, found }): [string, string] => [setting.replace('keyStore.', ''), String(found)]);
  // A foreign bucket is one mistake, not one for each object in it.
  return keyStore.bucket !== undefined && outside.length > 1 ? [['bucket', outside[0]![1]]] : outside;
}

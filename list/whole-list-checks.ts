import { show, toALabels } from '../constructs/check-identity-props';
import { functionNameMistake } from '../constructs/names';
import { regionMistake } from '../constructs/region';
import { topicMistake } from '../constructs/topic-mistake';
import { notAllowed } from '../handlers/allowances';
import { dnsRecordsFolder, KEY_PREFIX, privateKeyObject, RECORD_PREFIX } from '../handlers/contract';
import { alsoReadIn, inRegion, keyStoreBucketOf, type ListedDomain, regionsOf } from './domain-list';
import { pathOfSetting } from './listed-domains';
import type { ListMistake } from './mistake';
import type { ControlSettings, DomainListText } from './schema';
import type { ListSource } from './source';

/** Names that are no domains, and names of one domain in two spellings (`Bücher.example`, `xn--bcher-kva.example`). */
export function mistakesOfNames(names: readonly string[], source: ListSource): ListMistake[] {
  const seen = new Map<string, string>();
  return names.flatMap((name) => {
    const place = source.placeOfKey(['domains', name]);
    const domain = toALabels(name);
    if (domain === undefined)
      return [
        { ...place, text: `domains: found ${show(name)}, allowed: a domain name of two labels or more` },
      ];
    const other = seen.get(domain);
    if (other === undefined) {
      seen.set(domain, name);
      return [];
    }
    const { line } = source.placeOfKey(['domains', other]);
    const text = `domains: found ${show(name)}, which is ${show(other)} of line ${line}, allowed: each domain once`;
    return [{ ...place, text }];
  });
}

/** A name of the function from which AWS would not take the names that are made of it, and topics of another region. */
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

/** Buckets that would be one for several regions, and keys that the function would not be let read. */
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
  const former = list.control?.formerRegions ?? [];
  former.forEach((region, index) => {
    const allowed =
      regionMistake(region) ??
      (bucket?.includes('{region}') && list.control?.keyStore?.kmsKeyArn === undefined
        ? undefined
        : 'none without control.keyStore.bucket as a name with {region}, or with kmsKeyArn: their ledgers could not be read');
    if (allowed !== undefined)
      mistakes.push({
        ...source.placeOf(['control', 'formerRegions', index]),
        text: `control.formerRegions.${index}: found ${show(region)}, allowed: ${allowed}`,
      });
  });
  for (const listed of domains) {
    const alsoRead = alsoReadIn({ control: list.control ?? {}, domains }, listed.region);
    for (const [setting, place] of placesOutside(listed, bucket, alsoRead))
      mistakes.push({
        ...source.placeOf(pathOfSetting(listed.name, list.domains[listed.name], `keyStore.${setting}`)),
        text: `domains.${listed.name}.keyStore.${setting}: found ${show(place)}, allowed: below ${setting === 'dnsRecords' ? `${RECORD_PREFIX} or ${KEY_PREFIX}` : KEY_PREFIX} of the control plane's bucket, or a place in control.keyStore.alsoRead`,
      });
  }
  return mistakes;
}

/** What a domain asks for and `control.allow` does not let it have: the function would refuse it. */
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

/** As the function is told: domains in A-labels. */
export const allowancesOf = ({ irreversible, ...allow }: NonNullable<ControlSettings['allow']> = {}) => ({
  ...allow,
  ...(irreversible !== undefined && {
    irreversible: irreversible === true || irreversible.map((name) => toALabels(name) ?? name),
  }),
});

/** A domain's places, as `bucket/key`, that the function is not let read. */
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

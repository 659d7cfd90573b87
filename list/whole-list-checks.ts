import { show, toALabels } from '../constructs/check-identity-props';
import { KEY_PREFIX, RECORD_PREFIX } from '../constructs/function-policy';
import { functionNameMistake } from '../constructs/names';
import { regionMistake } from '../constructs/region';
import { dnsRecordsFolder, privateKeyObject } from '../handlers/contract';
import { inRegion, type ListedDomain, regionsOf } from './domain-list';
import { pathOfSetting } from './listed-domains';
import type { ListMistake } from './mistake';
import type { DomainListText } from './schema';
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

export function mistakesOfBackend({ backend, provider }: DomainListText, source: ListSource): ListMistake[] {
  const mistakes: ListMistake[] = [];
  const { region } = backend?.s3 ?? {};
  const allowed = region === undefined ? undefined : regionMistake(region, provider?.knownRegions);
  if (allowed !== undefined)
    mistakes.push({
      ...source.placeOf(['backend', 's3', 'region']),
      text: `backend.s3.region: found ${show(region)}, allowed: ${allowed}`,
    });
  if (backend?.local !== undefined && backend.s3 !== undefined)
    mistakes.push({
      ...source.placeOfKey(['backend', 's3']),
      text: 'backend: found local and s3, allowed: one of them',
    });
  if (backend?.s3?.lockfile === false && backend.s3.lockTable === undefined)
    mistakes.push({
      ...source.placeOf(['backend', 's3', 'lockfile']),
      text: 'backend.s3.lockfile: found false, allowed: with a lockTable; two deploys at once would mix their states',
    });
  return mistakes;
}

/** A name of the function from which AWS would not take the names that are made of it. */
export function mistakesOfControl(
  list: DomainListText,
  domains: readonly ListedDomain[],
  source: ListSource,
): ListMistake[] {
  const { functionName } = list.control ?? {};
  const tooLong = regionsOf({ domains })
    .map((region) => functionName !== undefined && functionNameMistake(functionName, region))
    .find((allowed) => allowed);
  return tooLong
    ? [
        {
          ...source.placeOf(['control', 'functionName']),
          text: `control.functionName: found ${show(functionName)}, allowed: ${tooLong}`,
        },
      ]
    : [];
}

/** Buckets that would be one for several regions, and keys that the function would not be let read. */
export function mistakesOfKeyStore(
  list: DomainListText,
  domains: readonly ListedDomain[],
  source: ListSource,
): ListMistake[] {
  const mistakes: ListMistake[] = [];
  const { bucket, existing, alsoRead = [] } = list.control?.keyStore ?? {};
  const regions = regionsOf({ domains });
  if (existing && bucket === undefined)
    mistakes.push({
      ...source.placeOf(['control', 'keyStore', 'existing']),
      text: 'control.keyStore.existing: found true, allowed: with a bucket',
    });
  if (bucket !== undefined && regions.length > 1 && !bucket.includes('{region}'))
    mistakes.push({
      ...source.placeOf(['control', 'keyStore', 'bucket']),
      text: `control.keyStore.bucket: found ${show(bucket)} for ${regions.join(' and ')}, allowed: a name with {region}, for one bucket in each`,
    });
  for (const listed of domains) {
    const readable = [
      ...[KEY_PREFIX, RECORD_PREFIX].map((prefix) => `${bucket ?? ''}/${prefix}`),
      ...alsoRead,
    ].map((place) => inRegion(place, listed.region));
    for (const [setting, place] of placesOutside(listed, bucket, readable))
      mistakes.push({
        ...source.placeOf(pathOfSetting(listed.name, list.domains[listed.name], `keyStore.${setting}`)),
        text: `domains.${listed.name}.keyStore.${setting}: found ${show(place)}, allowed: below ${KEY_PREFIX} or ${RECORD_PREFIX} of the control plane's bucket, or a place in control.keyStore.alsoRead`,
      });
  }
  return mistakes;
}

/** A domain's places, as `bucket/key`, that begin with none of the readable ones. */
function placesOutside(
  { keyStore, domain, selector, region }: ListedDomain,
  controlBucket = '',
  readable: readonly string[],
): [setting: string, place: string][] {
  if (keyStore === undefined) return [];
  const bucket = inRegion(keyStore.bucket ?? controlBucket, region);
  const key = keyStore.privateKey ?? privateKeyObject(domain, selector);
  const records = keyStore.dnsRecords ?? dnsRecordsFolder(domain);
  const outside = Object.entries({ privateKey: key, dnsRecords: records })
    .map(([setting, object]): [string, string] => [setting, `${bucket}/${object}`])
    .filter(([, place]) => !readable.some((prefix) => place.startsWith(prefix)));
  // A foreign bucket is one mistake, not one for each object in it.
  return keyStore.bucket !== undefined && outside.length > 1 ? [['bucket', outside[0]![1]]] : outside;
}

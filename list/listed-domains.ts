import { findMistakes, show, toALabels } from '../constructs/check-identity-props';
import type { IdentitySettings } from '../constructs/identity-props';
import { nearest } from '../constructs/nearest';
import { regionMistake } from '../constructs/region';
import { domainStackId, inRegion, keyStoreBucketOf, type ListedDomain } from './domain-list';
import type { ListMistake } from './mistake';
import type { Pruned } from './prune';
import type { DomainListText, DomainSettings } from './schema';
import type { ListSource, PathSegment } from './source';

/**
 * Every domain with what `defaults` adds, and what is wrong with them.
 * @param sound what was taken out of the list, as its shape is wrong
 */
export function listedDomains(
  list: DomainListText,
  source: ListSource,
  sound: Pruned,
): { domains: ListedDomain[]; mistakes: ListMistake[] } {
  const mistakes: ListMistake[] = [];
  const domains: ListedDomain[] = [];
  for (const [name, own] of Object.entries(list.domains)) {
    const settings = merge(list.defaults ?? {}, own ?? {});
    const { selector, regions: several, region = several?.[0] } = settings;
    const place = source.placeOfKey(['domains', name]);
    for (const [key, value] of Object.entries({ selector, region }))
      if (value === undefined && !isMisspelt(key, [['defaults'], ['domains', name]], sound))
        mistakes.push({
          ...place,
          text: `domains.${name}.${key}: found nothing, allowed: set here or in defaults`,
        });
    const domain = toALabels(name);
    if (domain === undefined || selector === undefined || region === undefined) continue;
    // A setting that was taken out may be the one that another needs.
    if (sound.touches(['defaults']) || sound.touches(['domains', name])) continue;
    const { regions = [region], ...of } = settings;
    const props = { ...of, domain, selector, region };
    const wrong = mistakesOfRegions(settings, own, list, sound.touches(['control']));
    for (const { found, allowed, setting } of wrong)
      mistakes.push({
        ...source.placeOf(pathOfSetting(name, own, setting)),
        text: `domains.${name}.${setting}: found ${show(found)}, allowed: ${allowed}`,
      });
    if (wrong.length > 0) continue;
    for (const { prop, found, allowed } of findMistakes(props as IdentitySettings))
      mistakes.push({
        ...source.placeOf(pathOfSetting(name, own, prop)),
        text: `domains.${name}.${prop}: found ${show(found)}, allowed: ${allowed}`,
      });
    const bucket = keyStoreBucketOf(list.control ?? {}).name;
    for (const each of regions)
      domains.push({
        ...(each === region ? props : inFurtherRegion(props, bucket)),
        region: each,
        regions,
        stack: domainStackId(domain, each, regions),
        name,
        line: place.line,
      } as ListedDomain);
  }
  return { domains, mistakes };
}

/** What only the first region has is left to it; the key is read where it lies. */
function inFurtherRegion(
  {
    createKey: _,
    record: __,
    keyStore,
    region: first,
    ...props
  }: DomainSettings & { readonly region: string },
  bucket: string | undefined,
) {
  const place = keyStore?.bucket ?? bucket;
  return { ...props, keyStore: { ...keyStore, ...(place && { bucket: inRegion(place, first) }) } };
}

interface RegionMistake {
  readonly setting: string;
  readonly found: unknown;
  readonly allowed: string;
}

function mistakesOfRegions(
  settings: DomainSettings,
  own: DomainSettings | null,
  list: DomainListText,
  isControlBroken: boolean,
): RegionMistake[] {
  const { regions } = settings;
  if (regions === undefined) return [];
  const wrong = (found: unknown, allowed: string, at = ''): RegionMistake => ({
    setting: `regions${at}`,
    found,
    allowed,
  });
  if (settings.region !== undefined)
    return [
      wrong(
        regions,
        `region or regions, not both; ${own?.regions ? 'beside it' : 'in defaults'} stands region: ${settings.region}`,
      ),
    ];
  const twice = regions.find((region, index) => regions.indexOf(region) !== index);
  const unknown = regions.flatMap((region, index) => {
    const allowed = regionMistake(region);
    return allowed === undefined ? [] : [wrong(region, allowed, `.${index}`)];
  });
  if (unknown.length > 0) return unknown;
  if (twice !== undefined) return [wrong(regions, `each region once; ${twice} is there twice`)];
  if (regions.length === 1 || isControlBroken) return [];
  if (keyStoreBucketOf(list.control ?? {}).name === undefined)
    return [
      wrong(
        regions,
        'several regions where control.keyStore.bucket has a name with {region}: the function of one reads the key, or the ledger, of another',
      ),
    ];
  if (list.control?.keyStore?.kmsKeyArn !== undefined)
    return [
      wrong(
        regions,
        'several regions where control.keyStore.kmsKeyArn says nothing: a KMS key encrypts buckets of its own region',
      ),
    ];
  return [];
}

/** Whether a setting is missing only since what was written in its place was taken out. */
function isMisspelt(key: string, blocks: readonly (readonly PathSegment[])[], sound: Pruned): boolean {
  return blocks.some(
    (block) =>
      sound.touches([...block, key]) ||
      sound.takenFrom(block).some((taken) => nearest(taken, [key]) !== undefined),
  );
}

/** Where a setting stands: with the domain, else in `defaults`. */
export function pathOfSetting(
  name: string,
  own: DomainSettings | null | undefined,
  setting: string,
): PathSegment[] {
  const [first = '', ...rest] = setting.split('.');
  return own && first in own ? ['domains', name, first, ...rest] : ['defaults', first, ...rest];
}

/** A domain's own settings win; blocks are merged key by key. */
function merge(defaults: DomainSettings, own: DomainSettings): DomainSettings {
  const blocks = (['record', 'keyStore', 'gate', 'verification', 'tags'] as const)
    .filter((block) => defaults[block] !== undefined && own[block] !== undefined)
    .map((block) => [block, { ...defaults[block], ...own[block] }]);
  // Each says where the domain is: the domain's own word counts.
  const { region, regions, ...others } = defaults;
  const places = (own.region ?? own.regions) ? {} : { region, regions };
  const settings = { ...others, ...places, ...own, ...Object.fromEntries(blocks) };
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as DomainSettings;
}

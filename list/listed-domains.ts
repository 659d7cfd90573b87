import { findMistakes } from '../constructs/check-identity-props';
import type { IdentitySettings } from '../constructs/identity-props';
import { settingsOf } from '../handlers/contract/setting';
import { SETTINGS } from '../handlers/contract/settings';
import type { ListedDomain } from './domain-list';
import { formatEntryKey, parseEntryKey } from './entry-key';
import { type ListMistake, mistakeAt } from './mistake';
import { nearestRegion } from './nearest';
import type { DomainListText, DomainSettings } from './schema';
import type { ListSource, PathSegment } from './source';

/** Returns every entry merged with `defaults`, and the mistakes. */
export function listedDomains(
  list: DomainListText,
  source: ListSource,
): { domains: ListedDomain[]; mistakes: ListMistake[] } {
  const mistakes: ListMistake[] = [];
  const domains: ListedDomain[] = [];
  for (const [name, own] of Object.entries(list.domains)) {
    const settings = withoutManaged(merge(list.defaults ?? {}, own ?? {}), own);
    const key = parseEntryKey(name)!;
    const { selector } = settings;
    const region = key.region ?? settings.region;
    const place = source.placeOfKey(['domains', name]);
    for (const [setting, value] of Object.entries({ selector, region }))
      if (value === undefined)
        mistakes.push(mistakeAt(place, `domains.${name}.${setting}`, value, 'set here or in defaults'));
    if (selector === undefined || region === undefined) continue;
    if (own?.region !== undefined && own.region !== region) {
      const at = source.placeOf(['domains', name, 'region']);
      const allowed = `none, or ${region} as in the entry's key`;
      mistakes.push(mistakeAt(at, `domains.${name}.region`, own.region, allowed));
    }
    const meant = nearestRegion(region);
    if (meant !== undefined) {
      const at = key.region ? place : source.placeOf(pathOfSetting(name, own, 'region'));
      mistakes.push(
        mistakeAt(at, `domains.${name}.region`, region, `a region of AWS; did you mean ${meant}?`),
      );
    }
    const { domain } = key;
    const props = { ...settings, domain, selector, region };
    for (const { prop, found, allowed } of findMistakes(props as IdentitySettings)) {
      const at = prop === 'region' && key.region ? place : source.placeOf(pathOfSetting(name, own, prop));
      mistakes.push(mistakeAt(at, `domains.${name}.${prop}`, found, allowed));
    }
    domains.push({ ...props, stack: formatEntryKey(key), name, line: place.line } as ListedDomain);
  }
  return { domains, mistakes };
}

/** Returns the path of a setting: of the domain's own, else in `defaults`. */
export function pathOfSetting(
  name: string,
  own: DomainSettings | null | undefined,
  setting: string,
): PathSegment[] {
  const [first = '', ...rest] = setting.split('.');
  return own && first in own ? ['domains', name, first, ...rest] : ['defaults', first, ...rest];
}

/** Leaves out what `defaults` has for managed identities alone, if the entry's identity exists already. */
function withoutManaged(settings: DomainSettings, own: DomainSettings | null | undefined): DomainSettings {
  if (settings.identity !== 'existing') return settings;
  const left = settingsOf(SETTINGS).flatMap(([path, { managedOnly }]) => {
    const [name = ''] = path.split('.');
    return managedOnly && !(own && name in own) ? [name] : [];
  });
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !left.includes(name)));
}

/** Merges blocks key by key; a domain's own settings win. */
function merge(defaults: DomainSettings, own: DomainSettings): DomainSettings {
  const settings: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(own))
    if (value !== undefined)
      settings[name] = isMap(value) && isMap(settings[name]) ? { ...settings[name], ...value } : value;
  return settings;
}

const isMap = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

import { findMistakes } from '../constructs/check-identity-props';
import type { IdentitySettings } from '../constructs/identity-props';
import { settingsOf } from '../handlers/contract/setting';
import { SETTINGS } from '../handlers/contract/settings';
import type { ListedDomain } from './domain-list';
import { formatEntryKey, parseEntryKey } from './entry-key';
import { type ListMistake, mistakeAt } from './mistake';
import { nearestRegion } from './nearest';
import type { DomainListText, DomainSettings } from './schema';
import type { ListSource } from './source';

/** A list as it is written, and its text for the places of mistakes. */
export interface Written {
  readonly list: DomainListText;
  readonly source: ListSource;
}

/** Returns every entry merged with `defaults`, and the mistakes. */
export function listedDomains(written: Written): { domains: ListedDomain[]; mistakes: ListMistake[] } {
  const { list, source } = written;
  const mistakes: ListMistake[] = [];
  const domains: ListedDomain[] = [];
  for (const [name, own] of Object.entries(list.domains)) {
    const settings = withoutManaged(merge(list.defaults ?? {}, own ?? {}), own);
    const key = parseEntryKey(name)!;
    const { selector } = settings;
    const region = key.region ?? settings.region;
    const place = source.placeOfKey(['domains', name]);
    const wrong = (setting: string, found: unknown, allowed: string) =>
      mistakes.push(
        setting === 'region' && own?.region === undefined && key.region !== undefined
          ? mistakeAt(place, `domains.${name}.${setting}`, found, allowed)
          : mistakeOfEntry(written, name, setting, found, allowed),
      );
    for (const [setting, value] of Object.entries({ selector, region }))
      if (value === undefined)
        mistakes.push(mistakeAt(place, `domains.${name}.${setting}`, value, 'set here or in defaults'));
    if (selector === undefined || region === undefined) continue;
    if (own?.region !== undefined && own.region !== region)
      wrong('region', own.region, `none, or ${region} as in the entry's key`);
    const meant = nearestRegion(region);
    if (meant !== undefined) wrong('region', region, `a region of AWS; did you mean ${meant}?`);
    const { domain } = key;
    const props = { ...settings, domain, selector, region };
    for (const { prop, found, allowed } of findMistakes(props as IdentitySettings))
      wrong(prop, found, allowed);
    domains.push({ ...props, stack: formatEntryKey(key), name, line: place.line } as ListedDomain);
  }
  return { domains, mistakes };
}

/** Returns the mistake of an entry's setting, at the place of the entry's own, else of that in `defaults`. */
export function mistakeOfEntry(
  { list, source }: Written,
  name: string,
  setting: string,
  found: unknown,
  allowed: string,
): ListMistake {
  const path = setting.split('.');
  const isOwn = path[0]! in (list.domains[name] ?? {});
  const place = source.placeOf(isOwn ? ['domains', name, ...path] : ['defaults', ...path]);
  return mistakeAt(place, `domains.${name}.${setting}`, found, allowed);
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

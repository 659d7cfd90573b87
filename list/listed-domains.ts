import { findMistakes } from '../constructs/check-identity-props';
import type { IdentitySettings } from '../constructs/identity-props';
import { reasonOf } from '../constructs/refusal';
import { settingsOf } from '../handlers/contract/settings/setting';
import { SETTINGS } from '../handlers/contract/settings/settings';
import type { ListedDomain } from './domain-list';
import { type EntryKey, formatEntryKey, parseEntryKey } from './entry-key';
import { type ListMistake, type Mistake, mistakeAt, type Position } from './mistake';
import { nearestRegion } from './nearest';
import type { DomainListText, DomainSettings } from './schema';
import type { ListSource } from './source';

/** A list as it is written, with its text for the places of mistakes. */
export interface WrittenList {
  readonly list: DomainListText;
  readonly source: ListSource;
}

/** An entry as it is written, merged with `defaults`. */
interface Merged {
  /** The domain as the list has it. */
  readonly name: string;
  readonly key: EntryKey;
  readonly own: DomainSettings | null;
  readonly settings: DomainSettings;
  /** The effective region: from the entry's key, its settings, or `defaults`. */
  readonly region: string | undefined;
  readonly place: Position;
}

/** Returns every entry, merged with `defaults`, and the mistakes. */
export function listedDomains(written: WrittenList): {
  readonly domains: readonly ListedDomain[];
  readonly mistakes: readonly ListMistake[];
} {
  const mistakes: ListMistake[] = [];
  const domains: ListedDomain[] = [];
  for (const name of Object.keys(written.list.domains)) {
    const merged = mergedEntry(written, name);
    const unset = mistakesOfUnset(merged);
    mistakes.push(...unset);
    if (unset.length > 0) continue;
    const listed = listedDomain(merged);
    mistakes.push(
      ...mistakesOfRegion(written, merged, listed.region),
      ...mistakesOfProps(written, merged, listed),
    );
    domains.push(listed);
  }
  return { domains, mistakes };
}

function mergedEntry({ list, source }: WrittenList, name: string): Merged {
  const own = list.domains[name] ?? null;
  const settings = withoutManaged(merge(list.defaults ?? {}, own ?? {}), own);
  const key = parseEntryKey(name)!;
  const place = source.placeOfKey(['domains', name]);
  return { name, key, own, settings, region: key.region ?? settings.region, place };
}

/** Finds the required settings that this entry lacks. */
const mistakesOfUnset = ({ name, settings: { selector }, region, place }: Merged): ListMistake[] =>
  Object.entries({ selector, region })
    .filter(([, found]) => found === undefined)
    .map(([setting, found]) =>
      mistakeAt(place, { code: 'UNSET', facts: { found } }, `domains.${name}.${setting}`),
    );

/** Returns the entry, whose selector and region are known. */
const listedDomain = ({ name, key, settings, region, place }: Merged): ListedDomain =>
  ({
    ...settings,
    domain: key.domain,
    region,
    stack: formatEntryKey(key),
    name,
    line: place.line,
  }) as ListedDomain;

function mistakesOfRegion(
  written: WrittenList,
  { name, key, own, place }: Merged,
  region: string,
): ListMistake[] {
  const mistakes: ListMistake[] = [];
  if (own?.region !== undefined && own.region !== region)
    mistakes.push(
      mistakeOfEntry(written, name, 'region', {
        code: 'REGION_OF_KEY',
        facts: { found: own.region, region },
      }),
    );
  const meant = nearestRegion(region);
  if (meant === undefined) return mistakes;
  const mistake = { code: 'UNKNOWN_REGION', facts: { found: region, meant } } as const;
  const isOfKey = own?.region === undefined && key.region !== undefined;
  mistakes.push(
    isOfKey
      ? mistakeAt(place, mistake, `domains.${name}.region`)
      : mistakeOfEntry(written, name, 'region', mistake),
  );
  return mistakes;
}

/** Finds settings that the construct would refuse. */
function mistakesOfProps(
  written: WrittenList,
  { name, own, key, place }: Merged,
  listed: ListedDomain,
): ListMistake[] {
  return findMistakes(listed as IdentitySettings).map((found) => {
    const mistake = { code: 'PROP', facts: { found: found.found, reason: reasonOf(found) } } as const;
    const isOfKey = found.prop === 'region' && own?.region === undefined && key.region !== undefined;
    return isOfKey
      ? mistakeAt(place, mistake, `domains.${name}.${found.prop}`)
      : mistakeOfEntry(written, name, found.prop, mistake);
  });
}

/** Returns the mistake in an entry's setting, at the place of the entry's own setting or of that in `defaults`. */
export function mistakeOfEntry(
  { list, source }: WrittenList,
  name: string,
  setting: string,
  mistake: Mistake,
): ListMistake {
  const path = setting.split('.');
  const isOwn = path[0]! in (list.domains[name] ?? {});
  const place = source.placeOf(isOwn ? ['domains', name, ...path] : ['defaults', ...path]);
  return mistakeAt(place, mistake, `domains.${name}.${setting}`);
}

/** Leaves out the defaults that are only for managed identities, if the entry's identity exists already. */
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

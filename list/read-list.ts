import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findMistakes, show, toALabels } from '../constructs/check-identity-props';
import type { ByodkimIdentityProps } from '../constructs/identity-props';
import { type Backend, type DomainList, type ListedDomain, regionsOf } from './domain-list';
import { DomainListError, type ListMistake } from './mistake';
import { type DomainListText, type DomainSettings, domainList } from './schema';
import { mistakesOfShape } from './shape-mistakes';
import { ListSource, type PathSegment } from './source';

/**
 * Reads a domain list.
 * @param file path of the list; mistakes name it as it is given here
 * @throws DomainListError with every mistake, one line each: file, line, column, what was found, what is allowed
 */
export function readDomainList(file: string): DomainList {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(error);
    throw new DomainListError(file, [
      { line: 1, column: 1, text: `${reason}, allowed: a list of domains in YAML` },
    ]);
  }
  return parseDomainList(text, file);
}

/** The same for text; `file` names it in mistakes, and relative paths are relative to its folder. */
export function parseDomainList(text: string, file: string): DomainList {
  const read = ListSource.read(text);
  if ('mistakes' in read) throw new DomainListError(file, read.mistakes);
  const { source } = read;
  const shape = domainList.safeParse(source.value);
  if (!shape.success) {
    const mistakes = mistakesOfShape(shape.error.issues, source);
    throw new DomainListError(file, [...mistakes, ...mistakesOfNames(domainNamesIn(source.value), source)]);
  }
  const { domains, mistakes } = listedDomains(shape.data, source);
  const all = [
    ...mistakes,
    ...mistakesOfNames(Object.keys(shape.data.domains), source),
    ...mistakesOfBackend(shape.data, source),
    ...mistakesOfBucket(shape.data, domains, source),
  ];
  if (all.length > 0) throw new DomainListError(file, all);
  return {
    file: path.resolve(file),
    backend: backendOf(shape.data.backend, path.dirname(path.resolve(file))),
    provider: shape.data.provider ?? {},
    control: shape.data.control ?? {},
    domains,
  };
}

const mistakeAt = (source: ListSource, at: readonly PathSegment[], text: string): ListMistake => ({
  ...source.placeOf(at),
  text,
});

function domainNamesIn(value: unknown): string[] {
  const domains = (value as { domains?: unknown } | null)?.domains;
  return domains !== null && typeof domains === 'object' && !Array.isArray(domains)
    ? Object.keys(domains)
    : [];
}

/** Names that are no domains, and names of one domain in two spellings. */
function mistakesOfNames(names: readonly string[], source: ListSource): ListMistake[] {
  const seen = new Map<string, string>();
  return names.flatMap((name) => {
    const place = source.placeOfKey(['domains', name]);
    const domain = toALabels(name);
    if (domain === undefined)
      return [
        { ...place, text: `domains: found ${show(name)}, allowed: a domain name of two labels or more` },
      ];
    const other = seen.get(domain);
    seen.set(domain, name);
    if (other === undefined) return [];
    const { line } = source.placeOfKey(['domains', other]);
    return [
      {
        ...place,
        text: `domains: found ${show(name)}, which is ${show(other)} of line ${line}, allowed: each domain once`,
      },
    ];
  });
}

function listedDomains(list: DomainListText, source: ListSource) {
  const mistakes: ListMistake[] = [];
  const domains: ListedDomain[] = [];
  for (const [name, own] of Object.entries(list.domains)) {
    const settings = merge(list.defaults ?? {}, own ?? {});
    const place = source.placeOfKey(['domains', name]);
    const missing = (['selector', 'region'] as const).filter((key) => settings[key] === undefined);
    for (const key of missing)
      mistakes.push({
        ...place,
        text: `domains.${name}.${key}: found nothing, allowed: set here or in defaults`,
      });
    const domain = toALabels(name);
    if (domain === undefined || missing.length > 0) continue;
    const { selector = '', region = '' } = settings;
    for (const { prop, found, allowed } of findMistakes({
      ...(settings as ByodkimIdentityProps),
      domain,
      selector,
      region,
    }))
      mistakes.push(
        mistakeAt(
          source,
          placeOfProp(name, own, prop),
          `domains.${name}.${prop}: found ${show(found)}, allowed: ${allowed}`,
        ),
      );
    domains.push({ ...settings, domain, selector, region, line: place.line });
  }
  return { domains, mistakes };
}

/** A domain's own setting, else that of `defaults`. */
function placeOfProp(name: string, own: DomainSettings | null, prop: string): PathSegment[] {
  const [first = '', ...rest] = prop.split('.');
  return own !== null && first in own ? ['domains', name, first, ...rest] : ['defaults', first, ...rest];
}

/** A domain's own settings win; blocks are merged key by key. */
function merge(defaults: DomainSettings, own: DomainSettings): DomainSettings {
  const blocks = (['keyStore', 'gate', 'verification', 'tags'] as const)
    .filter((block) => defaults[block] !== undefined && own[block] !== undefined)
    .map((block) => [block, { ...defaults[block], ...own[block] }]);
  return { ...defaults, ...own, ...Object.fromEntries(blocks) };
}

function mistakesOfBackend({ backend }: DomainListText, source: ListSource): ListMistake[] {
  const mistakes: ListMistake[] = [];
  if (backend?.local !== undefined && backend.s3 !== undefined)
    mistakes.push(mistakeAt(source, ['backend', 's3'], 'backend: found local and s3, allowed: one of them'));
  if (backend?.s3?.lockfile === false && backend.s3.lockTable === undefined)
    mistakes.push(
      mistakeAt(
        source,
        ['backend', 's3', 'lockfile'],
        'backend.s3.lockfile: found false, allowed: with a lockTable',
      ),
    );
  return mistakes;
}

function mistakesOfBucket(
  list: DomainListText,
  domains: readonly ListedDomain[],
  source: ListSource,
): ListMistake[] {
  const keyStore = list.control?.keyStore;
  const at = ['control', 'keyStore', 'bucket'];
  if (keyStore?.existing && keyStore.bucket === undefined)
    return [
      mistakeAt(
        source,
        ['control', 'keyStore', 'existing'],
        'control.keyStore.existing: found true, allowed: with a bucket',
      ),
    ];
  const regions = regionsOf({ domains });
  if (keyStore?.bucket !== undefined && regions.length > 1 && !keyStore.bucket.includes('{region}'))
    return [
      mistakeAt(
        source,
        at,
        `control.keyStore.bucket: found ${show(keyStore.bucket)} for ${regions.join(', ')}, allowed: a name with {region}, one bucket in each`,
      ),
    ];
  return [];
}

function backendOf(backend: DomainListText['backend'], folder: string): Backend {
  const s3 = backend?.s3;
  if (s3 === undefined)
    return { type: 'local', folder: path.resolve(folder, backend?.local?.path ?? 'state') };
  return {
    type: 's3',
    ...s3,
    keyPrefix: s3.keyPrefix ?? 'byodkim/',
    lockfile: s3.lockfile ?? s3.lockTable === undefined,
  };
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type * as z from 'zod/mini';
import { at } from '../handlers/contract/settings/setting';
import type { Backend, DomainList } from './domain-list';
import { parseEntryKey } from './entry-key';
import { withHomes } from './homes';
import { listedDomains } from './listed-domains';
import { withMailFromRegions } from './mail-from';
import {
  DomainListError,
  type ListMistake,
  type Mistake,
  mistakeAt,
  type Position,
  readFailureOf,
} from './mistake';
import { nearest, nearestRegion } from './nearest';
import { type DomainListText, domainList } from './schema';
import { ListSource } from './source';
import {
  mistakesOfAllowances,
  mistakesOfControl,
  mistakesOfEarlierSelectors,
  mistakesOfEntries,
  mistakesOfKeyStore,
  mistakesOfMailFrom,
  mistakesOfRegions,
  mistakesOfTags,
} from './whole-list-checks';

/**
 * Reads a domain list.
 * @param file path of the list, as mistakes print it
 * @throws DomainListError with every mistake, one line each: file, line, column, what was found, what is allowed
 */
export function readDomainList(file: string): DomainList {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const facts = readFailureOf(error);
    throw new DomainListError(file, [mistakeAt(START, { code: 'FILE_UNREADABLE', facts })]);
  }
  return parseDomainList(text, file);
}

/** The place of a mistake that concerns the whole file. */
const START: Position = { line: 1, column: 1 };

/** Parses the text of a list; `file` names it in mistakes, and relative paths are relative to its folder. */
export function parseDomainList(text: string, file: string): DomainList {
  if (text.includes('\0'))
    throw new DomainListError(file, [mistakeAt(START, { code: 'FILE_ENCODING', facts: {} })]);
  const key = text.search(PRIVATE_KEY);
  // Nothing else is said of a file with a key, since other mistakes print what they found.
  if (key >= 0)
    throw new DomainListError(file, [mistakeAt(placeIn(text, key), { code: 'PRIVATE_KEY', facts: {} })]);
  try {
    return readList(text, file);
  } catch (error) {
    if (!(error instanceof DomainListError)) throw error;
    const characters = unusualCharacters(text);
    throw characters.length === 0 ? error : new DomainListError(file, [...characters, ...error.mistakes]);
  }
}

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** Returns a place in a text, counted from 1. */
function placeIn(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** Finds characters in a wrong list that look like a colon or a space and are none, outside quotation marks and comments. */
function unusualCharacters(text: string): ListMistake[] {
  const found =
    /^(?:"[^"\n]*"|'[^'\n]*'|(?!(?:^|(?<=\s))#)[^"'\uff1a\u3000\u00a0\n])*([\uff1a\u3000\u00a0])/gmu;
  return [...text.matchAll(found)].slice(0, MOST_CHARACTERS).map((match) => {
    const kind = CHARACTERS[match[1] as keyof typeof CHARACTERS];
    const place = placeIn(text, match.index + match[0].length - 1);
    return mistakeAt(place, { code: 'YAML_CHARACTER', facts: { kind } });
  });
}

const MOST_CHARACTERS = 3;
const CHARACTERS = {
  '\uff1a': 'full-width-colon',
  '\u3000': 'full-width-space',
  '\u00a0': 'no-break-space',
} as const;

function readList(text: string, file: string): DomainList {
  const source = new ListSource(text, file);
  if (source.value === null)
    throw new DomainListError(file, [mistakeAt(START, { code: 'FILE_EMPTY', facts: {} })]);
  const shape = domainList.safeParse(source.value);
  // The meaning of the settings is checked after the shape of each.
  if (!shape.success)
    throw new DomainListError(
      file,
      shape.error.issues.flatMap((issue) => shapeMistakes(issue, source)),
    );
  const list = shape.data as DomainListText;
  const listed = listedDomains({ list, source });
  const { domains: withKeys, sharedKeys, mistakes } = withHomes({ list, source }, listed.domains);
  const domains = withMailFromRegions(withKeys);
  const checked = { list, domains, sharedKeys, source };
  const all = [
    ...listed.mistakes,
    ...mistakes,
    ...mistakesOfRegions(checked),
    ...mistakesOfEntries(checked),
    ...mistakesOfEarlierSelectors(checked),
    ...mistakesOfTags(checked),
    ...mistakesOfMailFrom(checked),
    ...mistakesOfControl(checked),
    ...mistakesOfAllowances(checked),
    ...mistakesOfKeyStore(checked),
  ];
  if (all.length > 0) throw new DomainListError(file, all);
  return {
    file: path.resolve(file),
    backend: backendOf(list.backend, path.dirname(path.resolve(file))),
    provider: list.provider ?? {},
    control: list.control ?? {},
    ...(list.defaults?.gate && { gate: list.defaults.gate }),
    ...(list.defaults?.tags && { tags: list.defaults.tags }),
    ...(domains.length === 0 && { region: list.defaults?.region }),
    domains,
    sharedKeys,
  };
}

/** Returns the mistakes from the schema. */
function shapeMistakes(issue: z.core.$ZodIssue, source: ListSource): ListMistake[] {
  const path = issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)));
  const { message: allowed } = issue;
  const setting = path.join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const special = mistakeOfKey(key);
      if (special) return mistakeAt(source.placeOfKey([...path, key]), special, [...path, key].join('.'));
      const facts = { keys: allowed, meant: nearest(key, allowed.split(', ')) };
      return mistakeAt(
        source.placeOfKey([...path, key]),
        { code: 'UNKNOWN_KEY', facts },
        [...path, key].join('.'),
      );
    });
  if (issue.code === 'invalid_key') {
    const found = path.at(-1);
    const facts = { found, allowed, meant: nearestKey(String(found)) };
    return [mistakeAt(source.placeOfKey(path), { code: 'VALUE', facts }, setting)];
  }
  const found = at(source.value, path);
  if (path.at(-1) === 'region' && Array.isArray(found))
    return [mistakeAt(source.placeOf(path), { code: 'REGIONS', facts: {} }, setting)];
  const facts = {
    found,
    allowed,
    quoted: quotedOf(issue, found, source.textOf(path)),
    meant: meantBy(path, found),
  };
  return [mistakeAt(source.placeOf(path), { code: 'VALUE', facts }, setting)];
}

/** Returns the mistake of an unknown key that is more than a misspelling. */
function mistakeOfKey(key: string): Mistake | undefined {
  if (key === '<<') return { code: 'YAML_MERGE', facts: {} };
  return key === 'regions' ? { code: 'REGIONS', facts: {} } : undefined;
}

/** Returns the text that was meant by a value, since YAML reads digits as a number and `{region}` as a block. */
function quotedOf(issue: z.core.$ZodIssue, found: unknown, written: string | undefined): string | undefined {
  const expectsText = issue.code === 'invalid_type' && issue.expected === 'string';
  if (typeof found === 'number' && expectsText) return written ?? `${found}`;
  if (typeof found !== 'object' || found === null) return undefined;
  const [[name, value] = [], ...more] = Object.entries(found);
  return name !== undefined && value === null && more.length === 0 ? `{${name}}` : undefined;
}

/** Returns the region that was meant by the value of a setting `region`. */
const meantBy = (path: readonly (string | number)[], found: unknown): string | undefined =>
  path.at(-1) === 'region' && typeof found === 'string' ? nearestRegion(found) : undefined;

/** Returns the key that was meant for an entry whose region is misspelt. */
function nearestKey(key: string): string | undefined {
  const [name, region, ...more] = key.split('@');
  const meant = region === undefined || more.length > 0 ? undefined : nearestRegion(region);
  const nearestOne = `${name}@${meant}`;
  return meant !== undefined && parseEntryKey(nearestOne) ? nearestOne : undefined;
}

function backendOf(backend: DomainListText['backend'], folder: string): Backend {
  const s3 = backend?.s3;
  if (s3 === undefined) return { type: 'local', folder: path.resolve(folder, 'state') };
  return { type: 's3', ...s3, keyPrefix: s3.keyPrefix ?? 'byodkim/' };
}

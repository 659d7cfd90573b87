import { readFileSync } from 'node:fs';
import path from 'node:path';
import type * as z from 'zod/mini';
import { nearest } from '../constructs/nearest';
import { at } from '../handlers/setting';
import type { Backend, DomainList } from './domain-list';
import { listedDomains } from './listed-domains';
import { holdsToken, TOKEN_ALLOWED } from './literal';
import { DomainListError, type ListMistake, mistakeAt } from './mistake';
import { type DomainListText, domainList } from './schema';
import { mistakesOfShape } from './shape-mistakes';
import { ListSource, type PathSegment } from './source';
import {
  mistakesOfAllowances,
  mistakesOfControl,
  mistakesOfEntries,
  mistakesOfKeyStore,
  mistakesOfMailFrom,
  mistakesOfNames,
} from './whole-list-checks';

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
    throw new DomainListError(file, [
      { line: 1, column: 1, text: `${readFailure(error)}, allowed: a list of domains in YAML` },
    ]);
  }
  return parseDomainList(text, file);
}

/** Says why a file could not be read. */
export function readFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  return code === 'EISDIR' ? 'it is a folder' : message;
}

/** Parses the text of a list; `file` names it in mistakes, and relative paths are relative to its folder. */
export function parseDomainList(text: string, file: string): DomainList {
  const read = ListSource.read(text);
  if ('mistakes' in read) throw new DomainListError(file, read.mistakes);
  const { source } = read;
  if (source.value === null)
    throw new DomainListError(file, [
      { line: 1, column: 1, text: 'the file is empty, allowed: a list of domains in YAML' },
    ]);
  const shape = domainList.safeParse(source.value);
  const ofShape = [
    ...(shape.success ? [] : mistakesOfShape(shape.error.issues, source)),
    ...mistakesOfTokens(source),
    ...mistakesOfNames(domainNamesIn(source.value), source),
  ];
  const { list, wrong } = shape.success
    ? { list: shape.data as DomainListText, wrong: [] }
    : withoutMistakes(source.value, shape.error.issues);
  if (list === undefined) throw new DomainListError(file, ofShape);
  const { domains, mistakes } = listedDomains(list, source);
  const checked = { list, domains, source };
  // What the whole list is held to is known once it is right.
  const isKnown = wrong.every((path) => path.startsWith('domains.'));
  const ofRest = [
    ...mistakes,
    ...mistakesOfEntries(checked),
    ...mistakesOfMailFrom(checked),
    ...(isKnown
      ? [...mistakesOfControl(checked), ...mistakesOfAllowances(checked), ...mistakesOfKeyStore(checked)]
      : []),
  ];
  // A block is not held to what a wrong setting in it would be, nor an entry to what its key would be.
  const follows = ({ setting = '', line, column }: ListMistake): boolean =>
    wrong.some((path) => path === setting || path.startsWith(`${setting}.`)) ||
    ofShape.some((mistake) => mistake.line === line && mistake.column === column);
  const all = [...ofShape, ...ofRest.filter((mistake) => !follows(mistake))];
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
  };
}

/** Removes what is at a path; of an array the whole. */
function remove(value: unknown, path: readonly string[]): void {
  if (path.length === 0) return;
  const holder = at(value, path.slice(0, -1));
  if (Array.isArray(holder)) remove(value, path.slice(0, -1));
  else if (typeof holder === 'object' && holder !== null) Reflect.deleteProperty(holder, path.at(-1) ?? '');
}

/** Returns a list without the settings of the wrong shape, and their paths; no list where nothing would be left of it. */
function withoutMistakes(
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): { readonly list?: DomainListText; readonly wrong: readonly string[] } {
  const left = structuredClone(value);
  const wrong = issues.flatMap((issue) => {
    const path = issue.path.map(String);
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [];
    const paths = unknown.length > 0 ? unknown.map((key) => [...path, key]) : [path];
    for (const each of paths) remove(left, each);
    // What was probably meant is not missing as well.
    const meant = unknown.flatMap((key) => nearest(key, issue.message.split(', ')) ?? []);
    return [...paths, ...meant.map((key) => [...path, key])].map((each) => each.join('.'));
  });
  const shape = domainList.safeParse(left);
  return { wrong, ...(shape.success && { list: shape.data as DomainListText }) };
}

/** Finds texts and keys that cdktf would take for a reference. */
function mistakesOfTokens(
  source: ListSource,
  value = source.value,
  path: readonly PathSegment[] = [],
): ListMistake[] {
  const name = path.join('.');
  if (value === null || typeof value !== 'object')
    return typeof value === 'string' && holdsToken(value)
      ? [mistakeAt(source.placeOf(path), name, value, TOKEN_ALLOWED)]
      : [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    return holdsToken(key)
      ? [mistakeAt(source.placeOfKey(at), name, key, TOKEN_ALLOWED)]
      : mistakesOfTokens(source, inner, at);
  });
}

function domainNamesIn(value: unknown): string[] {
  const domains = (value as { domains?: unknown } | null)?.domains;
  return domains !== null && typeof domains === 'object' && !Array.isArray(domains)
    ? Object.keys(domains)
    : [];
}

function backendOf(backend: DomainListText['backend'], folder: string): Backend {
  const s3 = backend?.s3;
  if (s3 === undefined) return { type: 'local', folder: path.resolve(folder, 'state') };
  return { type: 's3', ...s3, keyPrefix: s3.keyPrefix ?? 'byodkim/' };
}

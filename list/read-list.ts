import { readFileSync } from 'node:fs';
import path from 'node:path';
import type * as z from 'zod/mini';
import { at } from '../handlers/contract/setting';
import type { Backend, DomainList } from './domain-list';
import { listedDomains } from './listed-domains';
import { DomainListError, type ListMistake, mistakeAt } from './mistake';
import { nearest } from './nearest';
import { type DomainListText, domainList } from './schema';
import { withHomes } from './sharing';
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
  const issues = shape.error?.issues.flatMap((issue) => shapeMistakes(issue, source)) ?? [];
  const ofShape = [
    ...issues.map(({ mistake }) => mistake),
    ...mistakesOfTokens(source),
    ...mistakesOfNames(domainNamesIn(source.value), source),
  ];
  const list = (shape.data ?? withoutSettings(source.value, issues)) as DomainListText | undefined;
  if (list === undefined) throw new DomainListError(file, ofShape);
  const listed = listedDomains(list, source);
  const { domains, mistakes } = withHomes(list, listed.domains, source);
  const checked = { list, domains, source };
  const wrong = issues.flatMap(({ path, meant = path }) => [path.join('.'), meant.join('.')]);
  // The rules of the whole list are applied once each entry is right.
  const isKnown = wrong.every((path) => path.startsWith('domains.'));
  const ofRest = [
    ...listed.mistakes,
    ...mistakes,
    ...mistakesOfEntries(checked),
    ...mistakesOfMailFrom(checked),
    ...(isKnown
      ? [...mistakesOfControl(checked), ...mistakesOfAllowances(checked), ...mistakesOfKeyStore(checked)]
      : []),
  ];
  // A mistake within a block, or in a key, is not reported again for the block or the entry.
  const follows = ({ setting, line, column }: ListMistake): boolean =>
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

/** A setting of the wrong shape. */
interface ShapeMistake {
  readonly mistake: ListMistake;
  readonly path: readonly PathSegment[];
  /** The setting that was probably meant by an unknown key: it is not missing as well. */
  readonly meant?: readonly PathSegment[];
}

/** Returns the findings of the schema: place, found, allowed. */
function shapeMistakes(issue: z.core.$ZodIssue, source: ListSource): ShapeMistake[] {
  const path = issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)));
  const { message: allowed } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(path, key, allowed, source));
  const name = path.join('.');
  if (issue.code === 'invalid_key')
    return [{ path, mistake: mistakeAt(source.placeOfKey(path), name, path.at(-1), allowed) }];
  const found = at(source.value, path);
  const expectsText = issue.code === 'invalid_type' && issue.expected === 'string';
  const hint =
    typeof found === 'number' && expectsText ? `, in quotes: "${source.textOf(path) ?? found}"` : '';
  return [{ path, mistake: mistakeAt(source.placeOf(path), name, found, `${allowed}${hint}`) }];
}

function unknownKey(
  block: readonly PathSegment[],
  key: string,
  known: string,
  source: ListSource,
): ShapeMistake {
  const path = [...block, key];
  const meant = nearest(key, known.split(', '));
  const suggestion = meant === undefined ? '' : `; did you mean ${meant}?`;
  const text = `${path.join('.')}: found an unknown key${suggestion}, allowed: ${known}`;
  return { path, mistake: { ...source.placeOfKey(path), text }, ...(meant && { meant: [...block, meant] }) };
}

/** Returns a list without the settings of the wrong shape; undefined: nothing of it is left. */
function withoutSettings(value: unknown, wrong: readonly ShapeMistake[]): unknown {
  const left = structuredClone(value);
  for (const { path } of wrong) remove(left, path);
  return domainList.safeParse(left).data;
}

/** Removes the value at a path; of an array the whole. */
function remove(value: unknown, path: readonly PathSegment[]): void {
  if (path.length === 0) return;
  const holder = at(value, path.slice(0, -1));
  if (Array.isArray(holder)) remove(value, path.slice(0, -1));
  else if (typeof holder === 'object' && holder !== null) Reflect.deleteProperty(holder, path.at(-1) ?? '');
}

/** Marks a value of cdktf's own anywhere in a text; escaping does not help. */
const TOKEN_MARKER = 'TfToken[';
const TOKEN_ALLOWED = `text without "${TOKEN_MARKER}"`;
const holdsToken = (text: string): boolean => text.includes(TOKEN_MARKER);

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

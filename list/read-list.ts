import { readFileSync } from 'node:fs';
import path from 'node:path';
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
  // What is wrong with a list of the wrong shape beside that, is found once the shape is right.
  if (ofShape.length > 0 || !shape.success) throw new DomainListError(file, ofShape);
  const list = shape.data as DomainListText;
  const { domains, mistakes } = listedDomains(list, source);
  const checked = { list, domains, source };
  const all = [
    ...mistakes,
    ...mistakesOfEntries(checked),
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
    domains,
  };
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

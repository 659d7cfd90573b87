import { readFileSync } from 'node:fs';
import path from 'node:path';
import type * as z from 'zod/mini';
import { at } from '../handlers/contract/setting';
import type { Backend, DomainList } from './domain-list';
import { withHomes } from './homes';
import { listedDomains } from './listed-domains';
import { DomainListError, type ListMistake, mistakeAt } from './mistake';
import { nearest } from './nearest';
import { type DomainListText, domainList } from './schema';
import { ListSource } from './source';
import {
  mistakesOfAllowances,
  mistakesOfControl,
  mistakesOfEntries,
  mistakesOfKeyStore,
  mistakesOfMailFrom,
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
  const source = new ListSource(text, file);
  if (source.value === null)
    throw new DomainListError(file, [
      { line: 1, column: 1, text: 'the file is empty, allowed: a list of domains in YAML' },
    ]);
  const shape = domainList.safeParse(source.value);
  // What the settings mean is looked at once each has its shape.
  if (!shape.success)
    throw new DomainListError(
      file,
      shape.error.issues.flatMap((issue) => shapeMistakes(issue, source)),
    );
  const list = shape.data as DomainListText;
  const listed = listedDomains({ list, source });
  const { domains, sharedKeys, mistakes } = withHomes({ list, source }, listed.domains);
  const checked = { list, domains, sharedKeys, source };
  const all = [
    ...listed.mistakes,
    ...mistakes,
    ...mistakesOfEntries(checked),
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

/** Returns the findings of the schema: place, found, allowed. */
function shapeMistakes(issue: z.core.$ZodIssue, source: ListSource): ListMistake[] {
  const path = issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)));
  const { message: allowed } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const meant = nearest(key, allowed.split(', '));
      const suggestion = meant === undefined ? '' : `; did you mean ${meant}?`;
      const text = `${[...path, key].join('.')}: found an unknown key${suggestion}, allowed: ${allowed}`;
      return { ...source.placeOfKey([...path, key]), text };
    });
  const name = path.join('.');
  if (issue.code === 'invalid_key') return [mistakeAt(source.placeOfKey(path), name, path.at(-1), allowed)];
  const found = at(source.value, path);
  const expectsText = issue.code === 'invalid_type' && issue.expected === 'string';
  const hint =
    typeof found === 'number' && expectsText ? `, in quotes: "${source.textOf(path) ?? found}"` : '';
  return [mistakeAt(source.placeOf(path), name, found, `${allowed}${hint}`)];
}

function backendOf(backend: DomainListText['backend'], folder: string): Backend {
  const s3 = backend?.s3;
  if (s3 === undefined) return { type: 'local', folder: path.resolve(folder, 'state') };
  return { type: 's3', ...s3, keyPrefix: s3.keyPrefix ?? 'byodkim/' };
}

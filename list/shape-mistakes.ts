import type * as z from 'zod/mini';
import { show } from '../constructs/check-identity-props';
import { nearest } from '../constructs/nearest';
import { at } from '../handlers/setting';
import { type ListMistake, mistakeAt } from './mistake';
import type { ListSource, PathSegment } from './source';

type Issue = z.core.$ZodIssue;

/** Formats the schema's findings, each with its place, what was found and what is allowed. */
export function mistakesOfShape(issues: readonly Issue[], source: ListSource): ListMistake[] {
  return issues.flatMap((issue) => mistakesOf(issue, source));
}

function mistakesOf(issue: Issue, source: ListSource): ListMistake[] {
  const path = issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)));
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(path, key, issue.message, source));
  if (issue.code === 'invalid_key')
    return [mistakeAt(source.placeOfKey(path), path.join('.'), path.at(-1), issue.message)];
  const found = at(source.value, path);
  const hint = typeof found === 'number' && expectsText(issue) ? `, in quotes: "${found}"` : '';
  const name = path.length === 0 ? '' : `${path.join('.')}: `;
  return [{ ...source.placeOf(path), text: `${name}found ${show(found)}, allowed: ${issue.message}${hint}` }];
}

function unknownKey(
  path: readonly PathSegment[],
  key: string,
  known: string,
  source: ListSource,
): ListMistake {
  const meant = nearest(key, known.split(', '));
  const name = [...path, key].join('.');
  const suggestion = meant === undefined ? '' : `; did you mean ${meant}?`;
  const text = `${name}: found an unknown key${suggestion}, allowed: ${known}`;
  return { ...source.placeOfKey([...path, key]), text };
}

const expectsText = (issue: Issue): boolean => issue.code === 'invalid_type' && issue.expected === 'string';

import { ByodkimError } from '../../errors/errors';
import { oneLine } from '../../escape';
import type { Violation } from '../settings/allowances';
import { at, type SettingMistake } from '../settings/setting';
import type { Any, Read } from './event-schema';

const LONGEST_VALUE = 40;
/** Matches a run of base64 that is long enough to be part of a key. */
const BASE64_RUN = /[A-Za-z0-9+/]{24,}/g;

/**
 * Checks whether a text may contain part of a key, which no name or number does. Takes time in proportion to its length, since
 * a caller may send megabytes.
 */
const isKeyLike = (text: string): boolean =>
  text.includes('PRIVATE KEY') ||
  (text.match(BASE64_RUN) ?? []).some((run) => /[A-Z]/.test(run) && /[a-z]/.test(run));

/** Formats a value of an event for a message: short, on one line, and never with part of a key. */
export function formatValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  if (isKeyLike(value)) return `a text of ${value.length} characters that looks like key material`;
  const short = value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
  return oneLine(JSON.stringify(short));
}

/** Makes the error of a malformed event or environment variable, with every mistake. */
export function malformed(...mistakes: readonly SettingMistake[]): ByodkimError {
  const found = mistakes.map((mistake) => ({
    field: oneLine(mistake.prop),
    expected: mistake.allowed,
    found: formatValue(mistake.found),
  }));
  return new ByodkimError('VALIDATION_ERROR', {
    kind: 'event',
    fields: found.map(({ field }) => field),
    mistakes: found,
  });
}

/**
 * Makes the error of an event that would weaken the proof, with its setting, the allowed values, and the prop that could allow
 * it.
 */
export function violationError(found: readonly Violation[]): ByodkimError {
  return new ByodkimError('NOT_ALLOWED', {
    kind: 'control',
    fields: found.map(({ prop }) => prop),
    settings: found.map(({ prop, found: value, allowed }) => ({
      field: prop,
      found: listedOr(value),
      allowed,
    })),
    allowedBy: [...new Set(found.map(({ by }) => by))],
  });
}

const listedOr = (value: unknown): string =>
  Array.isArray(value) && value.length > 0 && value.length <= 8
    ? value.map(formatValue).join(' ')
    : formatValue(value);

/**
 * Parses a value by a schema.
 * @param variable the variable of the environment, if it is not an event
 * @throws ByodkimError VALIDATION_ERROR with every malformed field
 */
export function check<T extends Any>(grammar: T, value: unknown, variable?: string): Read<T> {
  const { success, data, error } = grammar.safeParse(value);
  if (success) return data as Read<T>;
  throw malformed(
    ...error.issues.map(({ path, message }) => ({
      prop: [...(variable ? [variable] : []), ...path].join('.') || 'event',
      allowed: message,
      found: at(value, path),
    })),
  );
}

/**
 * Rejects fields that a schema does not know and has therefore left out, instead of ignoring them.
 * @param read the value as the schema has read it
 * @throws ByodkimError VALIDATION_ERROR
 */
export function requireKnown(value: object, read: object): void {
  const unknown = unknownFields(value, read);
  if (unknown.length > 0) throw malformed(...unknown);
}

function unknownFields(value: unknown, read: unknown, within = ''): SettingMistake[] {
  if (typeof value !== 'object' || typeof read !== 'object' || value === null || read === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const field = `${within}${name}`;
    if (Object.hasOwn(read, name)) return unknownFields(inner, at(read, [name]), `${field}.`);
    return inner === undefined ? [] : [{ prop: field, allowed: 'no such field', found: inner }];
  });
}

import type * as z from 'zod/mini';
import { ByodkimError } from '../errors/errors';
import { oneLine } from '../errors/escape';
import type { Violation } from './allowances';
import type { Any, Read } from './event-schema';
import { at } from './setting';

const LONGEST_VALUE = 40;
/** Matches base64 that may be a piece of a key. No name or number matches. */
const KEY_LIKE =
  /PRIVATE KEY|(?=[A-Za-z0-9+/]{24})(?=[+/0-9a-z]*[A-Z])(?=[+/0-9A-Z]*[a-z])[A-Za-z0-9+/]{24,}/;

/** Formats a value of an event for a message: short, on one line, and never a piece of a key. */
export function formatValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  if (KEY_LIKE.test(value)) return `a text of ${value.length} characters that looks like key material`;
  const short = value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
  return oneLine(JSON.stringify(short));
}

/** Formats a schema's findings: per field what was expected and what was found. */
export function problemsIn(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  whole: string,
): { readonly field: string; readonly reason: string }[] {
  return issues.map((issue) => {
    const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
    const field = path.map((step) => oneLine(String(step))).join('.') || whole;
    return { field, reason: `${field}: expected ${expected(issue)}, found ${formatValue(at(value, path))}` };
  });
}

/** zod's message if a schema has none of its own. */
const NO_WORDS = 'Invalid input';

/** Returns the message of a setting's schema; for other schemas, formats zod's finding. */
function expected(issue: z.core.$ZodIssue): string {
  if (issue.message !== NO_WORDS) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values.map(String));
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? oneOf(issue.options.map(String))
        : [...new Set(issue.errors.flatMap(([first]) => (first ? expected(first) : [])))].join(', or ');
    case 'unrecognized_keys':
      return 'no such field';
    case 'too_small':
      return `at least ${issue.minimum}${unit(issue.origin)}`;
    case 'too_big':
      return `at most ${issue.maximum}${unit(issue.origin)}`;
    default:
      return issue.message;
  }
}

const oneOf = (values: readonly string[]): string =>
  values.length === 1 ? values[0]! : `one of ${values.join(', ')}`;

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  tuple: 'a list',
};

const unit = (origin: string): string =>
  origin === 'string' ? ' characters' : origin === 'array' ? ' items' : '';

/**
 * Finds the fields that a schema does not know, and so has left out.
 * @returns their paths, each with its value
 */
export function unknownFields(value: unknown, read: unknown, within = ''): [string, unknown][] {
  if (typeof value !== 'object' || typeof read !== 'object' || value === null || read === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (Object.hasOwn(read, name))
      return unknownFields(inner, (read as Record<string, unknown>)[name], `${within}${name}.`);
    return inner === undefined ? [] : [[oneLine(`${within}${name}`), inner]];
  });
}

/** Makes the error of a malformed event, with every reason. */
export const malformed = (reasons: readonly string[], fields: readonly string[]): ByodkimError =>
  new ByodkimError('VALIDATION_ERROR', {
    what: `The event is malformed: ${reasons.join('; ')}.`,
    details: { fields, reasons },
  });

/** Makes the error of an event that would weaken the proof: what it asks for, what is allowed, and who can allow it. */
export function violationError(found: readonly Violation[]): ByodkimError {
  const reasons = found.map(
    ({ setting, found: value, allowed }) => `${setting}: found ${listedOr(value)}, allowed: ${allowed}`,
  );
  const by = [...new Set(found.map((each) => each.by))];
  return new ByodkimError('NOT_ALLOWED', {
    what: `The control stack does not allow this: ${reasons.join('; ')}. Nothing was read or changed.`,
    details: { fields: found.map(({ setting }) => setting), reasons, allowedBy: by },
  });
}

const listedOr = (value: unknown): string =>
  Array.isArray(value) && value.length > 0 && value.length <= 8
    ? value.map(formatValue).join(' ')
    : formatValue(value);

/**
 * Parses a value by a schema.
 * @param variable of the environment, if it is not an event
 * @throws ByodkimError VALIDATION_ERROR: every malformed field, at once
 */
export function check<T extends Any>(grammar: T, value: unknown, variable?: string): Read<T> {
  const parsed = grammar.safeParse(value);
  if (parsed.success) return parsed.data as Read<T>;
  const problems = problemsIn(parsed.error.issues, value, variable ? 'the whole' : 'event');
  throw malformed(
    problems.map(({ reason }) => (variable ? `${variable}: ${reason}` : reason)),
    variable ? [variable] : problems.map(({ field }) => field),
  );
}

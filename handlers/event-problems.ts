import type * as z from 'zod/mini';
import type { NotAllowed } from './allowances';
import { ByodkimError } from './errors';
import { oneLine } from './outlets';

const SHOWN_LENGTH = 40;
/** Base64 that may be a piece of a key: no name or number looks like this. */
const KEY_LIKE =
  /PRIVATE KEY|(?=[A-Za-z0-9+/]{24})(?=[+/0-9a-z]*[A-Z])(?=[+/0-9A-Z]*[a-z])[A-Za-z0-9+/]{24,}/;

/** A value of an event as a message may show it: short, on one line, and never a piece of a key. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  if (KEY_LIKE.test(value)) return `a text of ${value.length} characters that looks like key material`;
  const short = value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value;
  return oneLine(JSON.stringify(short));
}

/** The error of a malformed event: every reason at once. */
export const malformed = (reasons: readonly string[], fields: readonly string[]): ByodkimError =>
  new ByodkimError('VALIDATION_ERROR', `The event is malformed: ${reasons.join('; ')}.`, { fields, reasons });

/** The error of an event that would weaken the proof: what was asked, what may be, and who can allow it. */
export function refused(found: readonly NotAllowed[]): ByodkimError {
  const reasons = found.map(
    ({ setting, found: value, allowed }) => `${setting}: found ${listedOr(value)}, allowed: ${allowed}`,
  );
  const by = [...new Set(found.map((each) => each.by))];
  return new ByodkimError(
    'NOT_ALLOWED',
    `The control stack does not allow this: ${reasons.join('; ')}. Nothing was read or changed. An event cannot weaken ` +
      `the proof by itself: if it is meant, whoever deploys the control stack says so there (${by.join(', ')}).`,
    { fields: found.map(({ setting }) => setting), reasons, allowedBy: by },
  );
}

const listedOr = (value: unknown): string =>
  Array.isArray(value) && value.length > 0 && value.length <= 8 ? value.map(shown).join(' ') : shown(value);

/** What a schema found wrong: per field what was expected and what was found. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], event: unknown): ByodkimError {
  const fields = issues.map(({ path }) => path.join('.') || 'event');
  const reasons = issues.map(
    (issue, i) => `${fields[i]}: expected ${expected(issue)}, found ${shown(at(event, issue.path))}`,
  );
  return malformed(reasons, fields);
}

function at(event: unknown, path: readonly PropertyKey[]): unknown {
  let value = event;
  for (const step of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[step];
  return value;
}

/** Patterns and rules of our own say what they allow. */
function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(', ')}`;
    case 'too_small':
      return `at least ${issue.minimum}${unit(issue.origin)}`;
    case 'too_big':
      return `at most ${issue.maximum}${unit(issue.origin)}`;
    default:
      return issue.message;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

const unit = (origin: string): string =>
  origin === 'string' ? ' characters' : origin === 'array' ? ' items' : '';

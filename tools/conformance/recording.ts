/**
 * What AWS answered, in a form that can be kept: no account numbers, no ids, no keys, no names of the owner. Two recordings
 * of the same story can be compared, so that a sandbox which answers otherwise is found out.
 */

/** Something is not as it must be; nothing was made. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** One call and its answer. */
export interface Exchange {
  /** The step of the story that it was made in. */
  readonly step: string;
  /** `service:Operation`. */
  readonly call: string;
  readonly input: unknown;
  /** HTTP status. */
  readonly status: number;
  /** The answer's body, or of an error its code. */
  readonly output?: unknown;
  readonly error?: string;
}

export interface Recording {
  readonly format: 1;
  /** ISO 8601, the day. */
  readonly day: string;
  readonly region: string;
  /** `aws`, or `sandbox`. */
  readonly from: 'aws' | 'sandbox';
  readonly exchanges: readonly Exchange[];
}

/** @throws Refused for what is no recording */
export function readRecording(text: string, file: string): Recording {
  try {
    const recording: Recording = JSON.parse(text);
    if (recording.format === 1 && Array.isArray(recording.exchanges)) return recording;
  } catch {
    // Said below.
  }
  throw new Refused(`${file} is no recording of a conformance run (format 1). Nothing was made.`);
}

/** What is removed, and what replaces it: the longest first. */
export type Replacements = Readonly<Record<string, string>>;

const SECRET_FIELDS = /privatekey|secret|password|sessiontoken/i;
/** New in each run, and part of what is asked later. */
const NAMED_FIELDS = /^(VersionId|ETag|UploadId)$/;
const DROPPED_FIELDS = /^(\$metadata|ResponseMetadata|RequestId|HostId|Body)$/;

/** Takes out what identifies an account or opens a door, at any depth. */
export function sanitized(value: unknown, replacements: Replacements): unknown {
  if (typeof value === 'string') return sanitizedText(value, replacements);
  if (value instanceof Date) return 'TIME';
  if (value instanceof Uint8Array || typeof value === 'function') return 'BYTES';
  if (Array.isArray(value)) return value.map((each) => sanitized(each, replacements));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !DROPPED_FIELDS.test(key))
      .map(([key, each]) => [key, standIn(key) ?? sanitized(each, replacements)]),
  );
}

const standIn = (key: string): string | undefined =>
  SECRET_FIELDS.test(key) ? 'SECRET' : NAMED_FIELDS.test(key) ? key.toUpperCase() : undefined;

function sanitizedText(text: string, replacements: Replacements): string {
  const named = Object.entries(replacements)
    .filter(([found]) => found !== '')
    .sort(([a], [b]) => b.length - a.length)
    .reduce((so, [found, instead]) => so.replaceAll(found, instead), text);
  return named
    .replace(/\b\d{12}\b/g, '123456789012')
    .replace(/\b(AKIA|ASIA)[A-Z0-9]{16}\b/g, 'ACCESS-KEY')
    .replace(/-----BEGIN[^-]*-----[\s\S]*?(-----END[^-]*-----|$)/g, 'SECRET')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UUID');
}

/** Where two tellings of the same story part. */
export interface Difference {
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}

/**
 * Holds one recording against another: the same calls in each step, the same statuses and error codes, the same fields
 * of the same types in the answers. Values may differ if they are times, ids or numbers.
 */
export function differences(expected: Recording, found: Recording): Difference[] {
  const result: Difference[] = [];
  const settled = (recording: Recording) => lastOfEach(recording.exchanges);
  const [wanted, had] = [settled(expected), settled(found)];
  for (const [where, exchange] of wanted) {
    const other = had.get(where);
    if (!other) result.push({ where, expected: 'a call', found: 'none' });
    else result.push(...parted(where, exchange, other));
  }
  return result;
}

/** A status is asked for again and again; what it came to is what counts. */
function lastOfEach(exchanges: readonly Exchange[]): Map<string, Exchange> {
  return new Map(
    exchanges.map((each) => [`${each.step} | ${each.call} ${JSON.stringify(each.input, onceEach)}`, each]),
  );
}

/** How often a list says the same is chance: how many versions an object has, say. */
const onceEach = (_key: string, value: unknown): unknown =>
  Array.isArray(value) ? [...new Set(value.map((each) => JSON.stringify(each)))] : value;

function parted(where: string, expected: Exchange, found: Exchange): Difference[] {
  const outcome = ({ status, error }: Exchange) => `${status}${error === undefined ? '' : ` ${error}`}`;
  if (outcome(expected) !== outcome(found))
    return [{ where, expected: outcome(expected), found: outcome(found) }];
  return shapes(where, expected.output, found.output);
}

function shapes(where: string, expected: unknown, found: unknown): Difference[] {
  const [wanted, had] = [kindOf(expected), kindOf(found)];
  if (wanted !== had) return [{ where, expected: wanted, found: had }];
  if (wanted !== 'object') return [];
  const keys = Object.keys(expected as object);
  return keys.flatMap((key) =>
    shapes(
      `${where} .${key}`,
      (expected as Record<string, unknown>)[key],
      (found as Record<string, unknown>)?.[key],
    ),
  );
}

const kindOf = (value: unknown): string =>
  value === null || value === undefined ? 'nothing' : Array.isArray(value) ? 'list' : typeof value;

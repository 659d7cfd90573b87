/** AWS's answers in a form that can be published: without account numbers, ids, keys or the owner's names. */

/** A precondition does not hold, and nothing was made. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** One call and its answer. */
export interface Exchange {
  /** The step of the story in which it was made. */
  readonly step: string;
  /** `service:Operation`. */
  readonly call: string;
  readonly input: unknown;
  /** HTTP status. */
  readonly status: number;
  /** The answer's body, or an error's code. */
  readonly output?: unknown;
  readonly error?: string;
}

/**
 * A question that documentation leaves open, and this account's answer. docs/evidence/aws.md has a row for each question,
 * with our behaviour in either case.
 */
export interface Finding {
  readonly question: string;
  readonly answer: string;
}

/** Changes of the signing attributes, in the order of the probe. */
export const CHANGES = ['first key', 'same key again', 'new key'] as const;
export type Change = (typeof CHANGES)[number];

/** What SES says of a domain, and its answer to a message, at one moment. */
export interface SendingRow {
  /** ISO 8601. */
  readonly at: string;
  readonly change: Change;
  /** Since the change. */
  readonly seconds: number;
  readonly verifiedForSending: boolean;
  /** DKIM status. */
  readonly dkim: string;
  /** `sent`, or the code of the refusal. */
  readonly answer: string;
}

export interface Recording {
  readonly format: 2;
  /** The day, in ISO 8601. */
  readonly day: string;
  readonly region: string;
  /** `aws`, or `sandbox`. */
  readonly from: 'aws' | 'sandbox';
  /** The questions that were asked, and their answers. */
  readonly findings: readonly Finding[];
  /** What SES said of a domain and of its messages, during changes. */
  readonly sending: readonly SendingRow[];
  readonly exchanges: readonly Exchange[];
}

/** Texts to replace and their replacements, the longest first. */
export type Replacements = Readonly<Record<string, string>>;

const SECRET_FIELDS = /privatekey|secret|password|sessiontoken/i;
/** New in each run, and part of later requests. */
const NAMED_FIELDS = /^(VersionId|ETag|UploadId)$/;
const DROPPED_FIELDS = /^(\$metadata|ResponseMetadata|RequestId|HostId|Body)$/;

/** Removes everything that identifies an account or grants access, at any depth. */
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
    .replace(/\b(AIDA|AROA)[A-Z0-9]{12,}\b/g, 'PRINCIPAL')
    .replace(/-----BEGIN[^-]*-----[\s\S]*?(-----END[^-]*-----|$)/g, 'SECRET')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UUID');
}

/**
 * Reads the findings of the last audits part by part. A part that an earlier function, or somebody else, wrote in another form
 * is unknown, but the others can be read.
 */

import * as z from 'zod/mini';
import { DAY_MS } from '../../clock';
import { SEVERITIES } from './decisions';
import type { Finding } from './finding';

/** A finding that was reported to the operators. */
export interface LastFinding extends Finding {
  /** Time at which it began or was first found. ISO 8601. */
  readonly since: string;
  /** Time of the last notice to the operators. ISO 8601. @default since */
  readonly notifiedAt?: string;
}

/** The findings of the last scheduled audit of each domain. */
export interface LastFindings {
  readonly format: 1;
  /** Time of the last audit of every domain. ISO 8601. */
  readonly wholeAt: string | null;
  /** Domains that should have signed at that time, by region and domain. */
  readonly managed: readonly string[];
  /** The month of the last summary, e.g. `2026-11`. */
  readonly summary: string | null;
  /** Last findings by region, domain and code. */
  readonly findings: Readonly<Record<string, LastFinding>>;
  /** Days of heals since SES last verified the key, by region and domain. */
  readonly heals: Readonly<Record<string, readonly string[]>>;
}

export const NOTHING_KNOWN: LastFindings = {
  format: 1,
  wholeAt: null,
  managed: [],
  summary: null,
  findings: {},
  heals: {},
};

/** An audit cannot have written a later time, since clocks differ by less. */
const MOST_SKEW_MS = DAY_MS;

/** Returns the schema of a time in the past. */
const pastTime = (now: number) =>
  z.string().check(z.refine((text) => Date.parse(text) <= now + MOST_SKEW_MS));

/** Returns the schema of each part. */
const grammar = (now: number) => ({
  wholeAt: z.nullable(pastTime(now)),
  managed: z.array(z.string().check(z.regex(/^[^/]+\/[^/]+$/))),
  summary: z.nullable(z.string().check(z.regex(/^\d{4}-\d\d$/))),
  findings: z.record(z.string(), z.unknown()),
  heals: z.record(z.string(), z.unknown()),
});

/** The code or facts may be those of a newer function, so they are not checked. */
const findingOf = (now: number) =>
  z.looseObject({
    severity: z.enum(SEVERITIES),
    code: z.string().check(z.regex(/^[A-Z_]+$/)),
    subject: z.optional(z.string()),
    stage: z.optional(z.string()),
    found: z.string(),
    todo: z.string(),
    since: pastTime(now),
    notifiedAt: z.optional(pastTime(now)),
  });
const DAYS = z.array(z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/)));

/**
 * Returns the parts of the last findings that are understood.
 * @returns `unknown`: the parts that are not, by name
 */
export function understood(
  value: object,
  now: number,
): { readonly last: LastFindings; readonly unknown: readonly string[] } {
  const found = value as Readonly<Record<string, unknown>>;
  const unknown = new Set<string>();
  const parts: Record<string, unknown> = {};
  for (const [part, schema] of Object.entries(grammar(now))) {
    const read = z.safeParse(schema as z.ZodMiniType<unknown>, found[part]);
    if (read.success) parts[part] = read.data;
    else unknown.add(part);
  }
  const last: LastFindings = { ...NOTHING_KNOWN, ...parts };
  const entries = <T>(part: 'findings' | 'heals', isEntry: (id: string, entry: unknown) => boolean) => {
    const all = Object.entries(last[part]);
    const kept = all.filter(([id, entry]) => isEntry(id, entry));
    if (kept.length < all.length) unknown.add(part);
    return Object.fromEntries(kept) as Readonly<Record<string, T>>;
  };
  const finding = findingOf(now);
  const findings = entries<LastFinding>(
    'findings',
    (id, entry) => z.safeParse(finding, entry).success && id.split(' ')[1] === (entry as LastFinding).code,
  );
  const heals = entries<readonly string[]>(
    'heals',
    (id, days) => id.includes('/') && z.safeParse(DAYS, days).success,
  );
  return { last: { ...last, findings, heals }, unknown: [...unknown] };
}

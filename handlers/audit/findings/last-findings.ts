/**
 * Reads the findings of the last audits part by part: what an earlier function, or somebody else, has written otherwise is
 * not known, and the rest is.
 */
import * as z from 'zod/mini';
import { DAY_MS } from '../../clock';
import { SEVERITIES } from '../../facts/findings';
import type { Finding } from './finding';

/** A finding that the operators have been notified of. */
export interface LastFinding extends Finding {
  /** When it began, or was found first. ISO 8601. */
  readonly since: string;
  /** When the operators were notified of it last. ISO 8601. @default since */
  readonly notifiedAt?: string;
}

/** The findings of the last scheduled audit of each domain. */
export interface LastFindings {
  readonly format: 1;
  /** When every domain was audited last. ISO 8601. */
  readonly wholeAt: string | null;
  /** Domains that should have signed then, by region and domain. */
  readonly managed: readonly string[];
  /** The month of the last summary, e.g. `2026-11`. */
  readonly summary: string | null;
  /** Last findings by region, domain and code. */
  readonly findings: Readonly<Record<string, LastFinding>>;
  /** The days on which it was healed since SES had verified it, by region and domain. */
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

/** A time later than that is none that an audit has written: clocks differ by less. */
const MOST_SKEW_MS = DAY_MS;

/** Returns the grammar of a time that has passed. */
const pastTime = (now: number) =>
  z.string().check(z.refine((text) => Date.parse(text) <= now + MOST_SKEW_MS));

/** Returns the grammar of each part. */
const grammar = (now: number) => ({
  wholeAt: z.nullable(pastTime(now)),
  managed: z.array(z.string().check(z.regex(/^[^/]+\/[^/]+$/))),
  summary: z.nullable(z.string().check(z.regex(/^\d{4}-\d\d$/))),
  findings: z.record(z.string(), z.unknown()),
  heals: z.record(z.string(), z.unknown()),
});

/** A code or facts of a newer function are none of this one's business. */
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
 * Returns what is understood of the last findings.
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

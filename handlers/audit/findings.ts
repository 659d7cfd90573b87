import type { InForce } from '../rotation/other-regions';
import type { StageData } from '../rotation/stages';
import type { Due } from '../rotation/turn';

/** How much a domain needs a person; the worst first. */
export const SEVERITIES = [
  /** Mail goes out unsigned, or is about to. */
  'urgent',
  /** It could not be found out. */
  'unknown',
  /** Mail is signed, but something must be mended. */
  'act',
  /** Nothing is wrong yet. */
  'plan',
] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What may be found, and how bad it may be: where nothing else is said, the first. */
export const FINDINGS = {
  IDENTITY_MISSING: ['urgent'],
  DRIFT: ['urgent'],
  SIGNING_OFF: ['urgent'],
  NOT_TAGGED: ['act'],
  NOT_VERIFIED: ['urgent', 'act'],
  RECORD_MISSING: ['urgent'],
  RECORD_INVALID: ['urgent'],
  RECORD_OF_OTHER_KEY: ['urgent'],
  DNS_UNKNOWN: ['unknown'],
  RECORD_GONE_TOO_EARLY: ['act'],
  ALIAS_CHANGED: ['act'],
  KEY_NOT_REVOKED: ['urgent'],
  RECORD_MAY_GO: ['plan'],
  RECORD_STAYS_TOO_LONG: ['plan'],
  REVERT_OVERDUE: ['urgent'],
  UNCONFIRMED: ['act'],
  PUT_BACK: ['act'],
  KEY_MISSING: ['act'],
  KEY_REPLACED: ['act'],
  KEY_OVERDUE: ['act'],
  KEY_DUE: ['plan'],
  REGIONS_DIFFER: ['act'],
  ROTATION_FAILED: ['act'],
  NOT_MANAGED: ['unknown'],
  NOT_CHECKED: ['unknown'],
} as const satisfies Record<string, readonly Severity[]>;
export type FindingCode = keyof typeof FINDINGS;

/** One thing that a person must know of. */
export interface Finding {
  readonly severity: Severity;
  readonly code: FindingCode;
  /** What was found, and what was expected. A sentence. */
  readonly found: string;
  /** What to do. A sentence. */
  readonly todo: string;
}

export const finding = <Code extends FindingCode>(
  code: Code,
  found: string,
  todo: string,
  severity: (typeof FINDINGS)[Code][number] = FINDINGS[code][0],
): Finding => ({ severity, code, found, todo });

/** What the audit says of one domain. */
export interface DomainReport {
  readonly domain: string;
  readonly region: string;
  /** What it should sign with; `null`: nothing of ours is in force (destroyed, or reverted). */
  readonly selector: string | null;
  /** The worst of the findings; `null`: all is well. */
  readonly severity: Severity | null;
  readonly findings: readonly Finding[];
  /** What SES has; `null`: no such identity. Absent when it was not asked. */
  readonly ses?: { readonly origin: string; readonly selector?: string; readonly status: string } | null;
  readonly fingerprint?: string;
  /** When the key must be replaced. ISO 8601. */
  readonly keyDueAt?: string;
  /** What it signs with in other regions, side by side. */
  readonly otherRegions?: readonly InForce[];
  /** The life of each selector that signed once. */
  readonly stages?: readonly StageData[];
  /** What the function does next by itself, where the domain is left to rotate so. */
  readonly due?: Exclude<Due['kind'], 'nothing'>;
  /** What is worth knowing, but needs nobody. */
  readonly notes: readonly string[];
}

/** The worst of some findings. */
export const worst = (findings: readonly Finding[]): Severity | null =>
  SEVERITIES.find((severity) => findings.some((finding) => finding.severity === severity)) ?? null;

/** The worst first, then by name. */
export const byUrgency = (a: DomainReport, b: DomainReport): number => {
  const rank = ({ severity }: DomainReport) =>
    severity === null ? SEVERITIES.length : SEVERITIES.indexOf(severity);
  return rank(a) - rank(b) || a.domain.localeCompare(b.domain) || a.region.localeCompare(b.region);
};

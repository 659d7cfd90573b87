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

export type FindingCode =
  | 'IDENTITY_MISSING'
  | 'DRIFT'
  | 'SIGNING_OFF'
  | 'NOT_TAGGED'
  | 'NOT_VERIFIED'
  | 'RECORD_MISSING'
  | 'RECORD_INVALID'
  | 'RECORD_OF_OTHER_KEY'
  | 'DNS_UNKNOWN'
  | 'RECORD_GONE_TOO_EARLY'
  | 'ALIAS_CHANGED'
  | 'KEY_NOT_REVOKED'
  | 'RECORD_MAY_GO'
  | 'RECORD_STAYS_TOO_LONG'
  | 'REVERT_OVERDUE'
  | 'UNCONFIRMED'
  | 'PUT_BACK'
  | 'KEY_MISSING'
  | 'KEY_REPLACED'
  | 'KEY_OVERDUE'
  | 'KEY_DUE'
  | 'REGIONS_DIFFER'
  | 'ROTATION_FAILED'
  | 'NOT_MANAGED'
  | 'NOT_CHECKED';

/** One thing that a person must know of. */
export interface Finding {
  readonly severity: Severity;
  readonly code: FindingCode;
  /** What was found, and what was expected. A sentence. */
  readonly found: string;
  /** What to do. A sentence. */
  readonly todo: string;
}

export const finding = (severity: Severity, code: FindingCode, found: string, todo: string): Finding => ({
  severity,
  code,
  found,
  todo,
});

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

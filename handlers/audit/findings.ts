import type { Place } from '../event';
import type { InForce } from '../rotation/other-regions';
import type { StageData } from '../rotation/stages';
import type { Due } from '../rotation/turn';
import { FINDINGS, type FindingCode, SEVERITIES, type Severity } from './finding-catalogue';

/** One thing that a person must know of. */
export interface Finding {
  readonly severity: Severity;
  readonly code: FindingCode;
  /** What was found, and what was expected. A sentence. */
  readonly found: string;
  /** What to do. A sentence. */
  readonly todo: string;
}

/** @param todo where it can be said more closely than by the code */
export const finding = <Code extends FindingCode>(
  code: Code,
  found: string,
  {
    todo = FINDINGS[code].remedy.replaceAll('`', ''),
    severity = FINDINGS[code].severities[0],
  }: { readonly todo?: string; readonly severity?: (typeof FINDINGS)[Code]['severities'][number] } = {},
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
const worst = (findings: readonly Finding[]): Severity | null =>
  SEVERITIES.find((severity) => findings.some((finding) => finding.severity === severity)) ?? null;

/** The report of one domain. */
export const domainReport = (
  { domain, region }: Place,
  { selector, findings, ...seen }: Omit<DomainReport, 'domain' | 'region' | 'severity'>,
): DomainReport => ({
  domain,
  region,
  selector,
  severity: worst(findings),
  findings: findings.map((each) => ({ ...each, todo: each.todo.replaceAll('<domain>', domain) })),
  ...seen,
});

/** The report of a domain that was not looked at. */
export const unchecked = (place: Place, ...found: Parameters<typeof finding>): DomainReport =>
  domainReport(place, { selector: null, findings: [finding(...found)], notes: [] });

/** The worst first, then by name. */
export const byUrgency = (a: DomainReport, b: DomainReport): number => {
  const rank = ({ severity }: DomainReport) =>
    severity === null ? SEVERITIES.length : SEVERITIES.indexOf(severity);
  return rank(a) - rank(b) || a.domain.localeCompare(b.domain) || a.region.localeCompare(b.region);
};

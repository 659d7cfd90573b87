/** Says what an audit has found, as far as its summary and its notice print it. */
import type { Severity } from './findings';

/** A finding, in words by its row. */
export interface ReportedFinding {
  readonly severity: Severity;
  readonly code: string;
  readonly found: string;
  readonly todo: string;
}

/** The findings about one domain. */
export interface ReportedDomain {
  readonly domain: string;
  readonly region: string;
  /** What it should sign with; `null`: nothing is in force (destroyed, or rolled back). */
  readonly selector: string | null;
  /** The worst of the findings; `null`: nothing was found. */
  readonly severity: Severity | null;
  readonly findings: readonly ReportedFinding[];
  readonly keyMadeAt?: string;
  /** When the key must be replaced. ISO 8601, like all times here. */
  readonly keyDueAt?: string;
  /** Who has changed the identity outside this project, and when, by CloudTrail. */
  readonly changedBy?: readonly string[];
}

/** How many domains an audit has found in which state. */
export interface AuditCounts {
  readonly audited: number;
  readonly needingAttention: number;
  /** Without findings, and a state is in force. */
  readonly signing: number;
  /** Without findings, and nothing is in force: only claimed, destroyed or rolled back. */
  readonly idle: number;
  /** Without findings, but a change is open or has just ended: their signing state may be another one soon. */
  readonly unsettled: number;
  /** Whether a finding concerns every domain. */
  readonly isFlawed: boolean;
}

/** What has changed since the last audit. */
export interface ReportedNews {
  /** `unresolved`: it is urgent, and the operators were notified of it a week ago. */
  readonly state: 'new' | 'worse' | 'unresolved' | 'resolved';
  /** Absent: it concerns every domain. */
  readonly place?: { readonly domain: string; readonly region: string };
  /** `since`: ISO 8601. */
  readonly finding: ReportedFinding & { readonly since: string };
}

/** What the operators are notified of. */
export interface AuditNotice {
  readonly startedAt: string;
  readonly endedAt?: string | undefined;
  /** Where the whole report is. */
  readonly place: string;
  readonly counts: AuditCounts;
  /** Comes first. */
  readonly news: readonly ReportedNews[];
  /** What concerns every domain. */
  readonly general: readonly ReportedFinding[];
  /** The domains with the findings that are new. */
  readonly fresh: readonly ReportedDomain[];
  /** The domains with the findings that were known before, if all are listed. */
  readonly known: readonly ReportedDomain[];
  /** Whether all findings are listed, and not only those that are new. */
  readonly isWhole: boolean;
  /** The keys to list with their age, the first one to be replaced first. */
  readonly keys: readonly ReportedDomain[];
}

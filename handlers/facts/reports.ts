/** Says what an audit has found, as far as its summary and its notice print it. */
import type { FindingCode, Severity } from './findings';

/** A finding, in words by its row. */
export interface ReportedFinding {
  readonly severity: Severity;
  readonly code: string;
  readonly found: string;
  readonly todo: string;
}

/** A call of SES that was made outside this project, as CloudTrail shows it. */
export interface CallOfOthers {
  /** Its name: `PutEmailIdentityDkimAttributes`. */
  readonly call: string;
  /** The ARN of who made it; absent: not shown. */
  readonly caller?: string | undefined;
  /** When, in CloudTrail's own form; absent: not known. */
  readonly time?: string | undefined;
}

/** Why the signing state of a domain is not known without asking SES. */
export type WhyUnknown =
  | { readonly kind: 'busy' | 'change-open' | 'not-seen-since-change' | 'other-state-seen' }
  | { readonly kind: 'changed-outside'; readonly call: CallOfOthers }
  /** ISO 8601. */
  | { readonly kind: 'seen-long-ago'; readonly at: string }
  /** What a failed check has found, of the domain or of the audit itself. */
  | { readonly kind: 'finding'; readonly code: FindingCode; readonly found: string }
  /** The ledger could not be read: the error, with its message. */
  | { readonly kind: 'ledger'; readonly error: string; readonly message: string };

/** What an audit could not do, or has left to another run. */
export type AuditWarning =
  | {
      readonly kind: 'report-not-stored' | 'findings-not-stored' | 'events-not-sent';
      readonly problem: string;
    }
  | { readonly kind: 'other-run' };

/** What was made of a change outside this project. */
export type NotedFacts =
  /** Its ledger notes it. ISO 8601. */
  | { readonly kind: 'audited-at'; readonly at: string }
  | { readonly kind: 'not-ours' | 'being-changed' | 'of-deploy' };

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
  readonly changedBy?: readonly CallOfOthers[];
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
